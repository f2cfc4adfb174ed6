// Another process with a store at the double, as an emulator: no token is asked. It makes buckets, puts objects into
// them, and lists and reads what is there. Told: where the double is, how many buckets, how many objects in each.
import { systemClock } from "../../src/clock.ts";
import { systemRandom } from "../../src/random.ts";
import { openGcsStore } from "../../src/storage/gcs.ts";
import { contentOf, LABELS, patient } from "../storage/scene.ts";

const PUTS_AT_ONCE = 20;

const [apiEndpoint = "", bucketCount = "", objectCount = ""] = process.argv.slice(2);
const settings = {
  projectId: "project-1",
  clientEmail: "",
  privateKey: "",
  privateKeyId: null,
  location: "EU",
  apiEndpoint,
  tokenUrl: null,
};
const store = openGcsStore(settings, { fetch, clock: systemClock(), random: systemRandom() });
let listed = 0;
for (let bucket = 1; bucket <= Number(bucketCount); bucket++) {
  const name = `lull-user-${bucket}`;
  await store.createBucket(name, LABELS, patient);
  for (let nth = 0; nth < Number(objectCount); nth += PUTS_AT_ONCE) {
    const some = Array.from(
      { length: Math.min(PUTS_AT_ONCE, Number(objectCount) - nth) },
      (_, at) => nth + at,
    );
    await Promise.all(some.map((at) => store.put(name, `v1/${at}`, contentOf(`${name} ${at}`), patient)));
  }
  let cursor: string | null = null;
  do {
    const page = await store.list(name, "", cursor, 100, patient);
    listed += page.objects.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
const found = await store.read("lull-user-1", "v1/0", null, patient);
const first = found === null ? null : await new Response(found.body).text();
const buckets = await store.listBuckets("lull-user-", patient);
console.log(JSON.stringify({ listed, first, bucketCount: buckets.length }));
process.exit(0);
