// A store in a folder of its own, and two handles on it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskStore } from "../../src/storage/disk.ts";
import type { ObjectStore } from "../../src/storage/objects.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import type { StoreScene } from "./scene.ts";

export interface DiskScene extends StoreScene {
  folder: string;
}

export async function openDiskScene(): Promise<DiskScene> {
  const parent = mkdtempSync(join(tmpdir(), "lull-objects-"));
  const folder = join(parent, "data", "objects");
  return {
    folder,
    store: openDisk(folder, 1),
    second: openDisk(folder, 2),
    [Symbol.asyncDispose]: async () => rmSync(parent, { recursive: true, force: true }),
  };
}

/** Handles on one folder need seeds of their own, as processes have their own chance. */
export function openDisk(folder: string, seed: number, now?: number): ObjectStore {
  return openDiskStore({ folder, clock: new ManualClock(now), random: seededRandom(seed) });
}
