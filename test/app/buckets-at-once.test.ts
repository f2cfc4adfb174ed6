// Many calls at once, and many mappings: one bucket for each user whatever happens, at the pace that Google allows.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { KEY_VERSION } from "../../src/identity/phone.ts";
import { openTestApp } from "../harness/app.ts";
import { type BucketAnswer, ensureBucket } from "../harness/buckets.ts";
import { openGoogleApp } from "../harness/google.ts";
import { addNumber, addToken, addUser } from "../harness/tenants.ts";

const USERS = 100;
const CALLS = 1_000;
/** Longer than all of them need, one after another. */
const ALL_MADE_MS = USERS * 2_500 + 60_000;

/** The ways in which one number comes along. */
const SPELLINGS: readonly ((digits: string) => string)[] = [
  (digits) => `+${digits}`,
  (digits) => digits,
  (digits) => `+${digits.slice(0, 2)} (${digits.slice(2, 4)}) ${digits.slice(4, 9)}-${digits.slice(9)}`,
  (digits) => `${digits}@s.whatsapp.net`,
  (digits) => `whatsapp:+${digits}`,
];

test(`${CALLS} calls at once for ${USERS} users make ${USERS} buckets, each once and none too soon`, async () => {
  await using scene = await openGoogleApp();
  const { app, gcs } = scene;
  const token = await addToken(app, "service");
  const users: { userId: string; numbers: string[] }[] = [];
  for (let nth = 0; nth < USERS; nth++) {
    const numbers = [`5511980000${100 + nth}`, `5521970000${100 + nth}`];
    const userId = await addUser(app, `user ${nth}`);
    for (const number of numbers) await addNumber(app, userId, `+${number}`);
    users.push({ userId, numbers });
  }
  const calls = Array.from({ length: CALLS }, (_, nth) => {
    const { userId, numbers } = users[nth % USERS] ?? { userId: "", numbers: [] };
    const round = Math.floor(nth / USERS);
    const spelling = SPELLINGS[round % SPELLINGS.length] ?? String;
    const whatsappNumber = spelling(numbers[round % numbers.length] ?? "");
    return { userId, whatsappNumber, contactId: nth + 1 };
  });
  const answers = await Promise.all(
    calls.map(({ whatsappNumber, contactId }) => ensureBucket(app, token, { whatsappNumber, contactId })),
  );
  expect(answers.map(({ userId }) => userId)).toEqual(calls.map(({ userId }) => userId));
  expect(answers.filter(({ isNewBucket }) => isNewBucket)).toHaveLength(USERS);
  const byUser = Map.groupBy(answers, ({ userId }) => userId);
  const namesOf = (of: readonly BucketAnswer[]) => new Set(of.map(({ bucketName }) => bucketName)).size;
  expect([...byUser.values()].map(namesOf)).toEqual(Array.from({ length: USERS }, () => 1));
  expect(namesOf(answers)).toBe(USERS);
  await app.clock.tick(ALL_MADE_MS);
  expect(gcs.bucketNames().toSorted()).toEqual(
    [...new Set(answers.map(({ bucketName }) => bucketName))].toSorted(),
  );
  expect(gcs.ledger.filter(({ op }) => op === "bucket.insert")).toHaveLength(USERS);
  expect([gcs.hastes, gcs.violations]).toEqual([[], []]);
  const settled = await ensureBucket(app, token, { whatsappNumber: calls[0]?.whatsappNumber });
  expect(settled).toMatchObject({ isNewBucket: false, bucketState: "ready" });
}, 60_000);

const MAPPINGS = 10_000;
const LOOKUPS = 2_000;
const WARMUPS = 200;

test(`a bucket that is there is found among ${MAPPINGS}`, async () => {
  await using app = await openTestApp();
  const token = await addToken(app, "service");
  fill(join(app.dataDir, "lull.db"), app.clock.now());
  const numberOf = (nth: number) => `+5511${980_000_000 + ((nth * 7_919) % MAPPINGS)}`;
  for (let nth = 0; nth < WARMUPS; nth++) await ensureBucket(app, token, { whatsappNumber: numberOf(nth) });
  const timesMs: number[] = [];
  for (let nth = 0; nth < LOOKUPS; nth++) {
    const startedAt = performance.now();
    const { isNewBucket, bucketName } = await ensureBucket(app, token, { whatsappNumber: numberOf(nth) });
    timesMs.push(performance.now() - startedAt);
    expect([isNewBucket, bucketName]).toEqual([false, `lull-user-${(nth * 7_919) % MAPPINGS}`]);
  }
  timesMs.sort((a, b) => a - b);
  const at = (share: number) => (timesMs[Math.floor(LOOKUPS * share)] ?? 0).toFixed(2);
  console.log(`bucket look-up among ${MAPPINGS} over the route: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
});

/** Users with a number and a bucket each, as the rows that their making leaves. */
function fill(path: string, now: number): void {
  using db = new Database(path, { strict: true });
  const count = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${MAPPINGS})`;
  const userId = "printf('019edad1-99b0-7000-8000-%012x', i)";
  const mappingId = "printf('019edad1-99b1-7000-8000-%012x', i)";
  const number = "printf('+5511%d', 980000000 + i)";
  const name = "printf('lull-user-%d', i)";
  db.transaction(() => {
    db.run(
      `INSERT INTO users (public_id, name, created_at, updated_at) ${count} SELECT ${userId}, 'U', ${now}, ${now} FROM n`,
    );
    db.run(`INSERT INTO whatsapp_user_mapping (public_id, user_id, whatsapp_number, phone_key, key_version, is_verified,
      source, verified_at, created_at)
      ${count} SELECT ${mappingId}, ${userId}, ${number}, ${number}, '${KEY_VERSION}', 1, 'admin', ${now}, ${now} FROM n`);
    db.run(`INSERT INTO buckets (name, kind, source, state, due_at, created_at, ready_at)
      ${count} SELECT ${name}, 'user', 'made', 'ready', ${now}, ${now}, ${now} FROM n`);
    db.run(`INSERT INTO user_bucket_mapping (public_id, user_id, bucket_name, created_at, updated_at)
      ${count} SELECT ${userId}, ${userId}, ${name}, ${now}, ${now} FROM n`);
  })();
}
