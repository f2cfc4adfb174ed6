// A process that puts one object after the other until it is killed, and says which are stored. Told: the folder, the
// round.
import { systemClock } from "../../src/clock.ts";
import { systemRandom } from "../../src/random.ts";
import { openDiskStore } from "../../src/storage/disk.ts";
import { BUCKET, contentOf, LABELS, patient } from "./scene.ts";
import { bytesNamed } from "./put-names.ts";

const [folder = "", round = ""] = process.argv.slice(2);
const store = openDiskStore({ folder, clock: systemClock(), random: systemRandom() });
await store.createBucket(BUCKET, LABELS, patient);
for (let nth = 1; ; nth++) {
  const name = `v1/${round}/${nth}`;
  process.stdout.write(`begin ${name}\n`);
  const end = await store.put(BUCKET, name, contentOf(bytesNamed(name)), patient);
  process.stdout.write(`${end} ${name}\n`);
}
