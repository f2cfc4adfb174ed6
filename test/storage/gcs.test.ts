// The store in Google Cloud Storage: everything that every store has to do, on a strict double of its API.
import { expect } from "bun:test";
import { objectStoreConformance } from "./conformance.ts";
import { openGcsScene } from "./gcs-scene.ts";
import type { StoreScene } from "./scene.ts";

objectStoreConformance("objects in Google Cloud Storage", openStrictScene);

/** A scene that ends well only when nothing was asked that a correct client never asks. */
async function openStrictScene(): Promise<StoreScene> {
  const scene = await openGcsScene();
  return {
    ...scene,
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      expect(scene.gcs.violations).toEqual([]);
    },
  };
}
