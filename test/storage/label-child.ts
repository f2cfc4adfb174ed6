// A process that labels one bucket again and again until it is killed, and says which labels are set. Told: the folder,
// the first number.
import { systemClock } from "../../src/clock.ts";
import { systemRandom } from "../../src/random.ts";
import { openDiskStore } from "../../src/storage/disk.ts";
import { BUCKET, patient } from "./scene.ts";

const [folder = "", first = ""] = process.argv.slice(2);
const store = openDiskStore({ folder, clock: systemClock(), random: systemRandom() });
for (let turn = Number(first); ; turn++) {
  process.stdout.write(`begin ${turn}\n`);
  await store.labelBucket(BUCKET, { turn: String(turn) }, patient);
  process.stdout.write(`set ${turn}\n`);
}
