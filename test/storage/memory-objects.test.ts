// The double in memory keeps the promises that tests of services rely on.
import { memoryObjects } from "../doubles/memory-objects.ts";
import { TEST_START } from "../harness/clock.ts";
import { objectStoreConformance } from "./conformance.ts";

objectStoreConformance("objects in memory", () => {
  const store = memoryObjects(() => TEST_START);
  return Promise.resolve({ store, second: store, [Symbol.asyncDispose]: () => Promise.resolve() });
});
