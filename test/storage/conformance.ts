// What every store of objects has to do, whatever is below it. It takes two handles on one store, as another process
// may work on it, and speaks the ObjectStore interface only.
import { describe } from "bun:test";
import { bucketConformance } from "./conformance/buckets.ts";
import { listConformance } from "./conformance/lists.ts";
import { nameConformance } from "./conformance/names.ts";
import { putConformance } from "./conformance/puts.ts";
import { readConformance } from "./conformance/reads.ts";
import type { OpenScene } from "./scene.ts";

/** Runs the suite on scenes that `open` opens on a new store each. */
export function objectStoreConformance(name: string, open: OpenScene): void {
  describe(name, () => {
    describe("buckets", () => bucketConformance(open));
    describe("puts", () => putConformance(open));
    describe("reads", () => readConformance(open));
    describe("lists", () => listConformance(open));
    describe("names", () => nameConformance(open));
  });
}
