// What a running lull can find out about its own health: one line a check, with what to do where something is wrong.
import type { LookReport } from "../chatwoot/catch-up.ts";
import type { ConnectionCheck } from "../chatwoot/connection-check.ts";
import { type Clock, startDeadline } from "../clock.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { SPOOL_BYTES_MAX, SPOOL_OBJECTS_MAX } from "../storage/spool.ts";
import type { SpoolFigures, Verified } from "../storage/verification.ts";

export interface Check {
  name: string;
  /** skipped: it could not be looked at, or there is nothing to look at. */
  state: "ok" | "failed" | "skipped";
  text: string;
  /** What was found, one by one. */
  items?: string[];
  fix?: string;
  /** Of the failure, when it has one. */
  code?: ErrorCode;
}

export interface DoctorDeps {
  clock: Clock;
  storeKind: "disk" | "gcs";
  probe: (signal: AbortSignal) => Promise<"kept" | "listed">;
  verify: (signal: AbortSignal) => Promise<Verified>;
  spool: () => Promise<SpoolFigures>;
  /** What an operator has to know now: its words, and what to do. */
  alerts: () => Promise<{ text: string; fix: string }[]>;
  /** Those that have a Chatwoot. */
  connections: readonly ExaminedConnection[];
  /** How far each was looked through for what no webhook brought. */
  looks: (signal: AbortSignal) => Promise<LookReport[]>;
}

export interface ExaminedConnection {
  name: string;
  isSigned: boolean;
  check: (signal: AbortSignal) => Promise<ConnectionCheck>;
}

const PROBE_MS = 20_000;
/** Thousands of buckets are looked at one by one. */
const VERIFY_MS = 90_000;
const CHATWOOT_MS = 20_000;
const MIB = 1024 * 1024;

export async function examine(deps: DoctorDeps): Promise<Check[]> {
  const storage = await tried("storage", () => checkStorage(deps));
  const buckets =
    storage.state === "failed"
      ? skipped("buckets", "the store was not asked: see storage")
      : await tried("buckets", () => checkBuckets(deps));
  return [
    storage,
    buckets,
    await checkSpool(deps),
    await checkChatwoots(deps),
    checkWebhooks(deps),
    await checkCatchUp(deps),
    await checkAlerts(deps),
  ];
}

async function checkStorage({ clock, probe, storeKind }: DoctorDeps): Promise<Check> {
  const place = storeKind === "gcs" ? "Google Cloud Storage" : "the disk";
  const outcome = await within(clock, PROBE_MS, probe);
  const text =
    outcome === "kept"
      ? `${place} keeps: an object was written, read and removed`
      : `${place} answers; there is no bucket yet to try it in`;
  return { name: "storage", state: "ok", text };
}

async function checkBuckets({ clock, verify }: DoctorDeps): Promise<Check> {
  const verified = await within(clock, VERIFY_MS, verify);
  const { checkedCount, missing, notOurs, orphans, retired, creating, counts } = verified;
  const wrong = [
    ...missing.map(
      ({ bucketName, owner }) => `the store does not have ${bucketName} of ${owner ?? "a number"}`,
    ),
    ...notOurs.map(({ bucketName, reason }) => `${bucketName} is not this lull's (${reason})`),
    ...orphans.map((name) => `no mapping knows ${name}`),
  ];
  const late = creating.filter(({ reason }) => reason !== null);
  const items = [
    ...wrong,
    ...late.map(({ bucketName, reason }) => `${bucketName} is not made yet: ${reason ?? ""}`),
    ...retired.map(({ name, reason }) => `${name} is left over: ${reason ?? ""}`),
  ];
  const state = wrong.length === 0 ? "ok" : "failed";
  const found = `${counts.missing} missing, ${counts.notOurs} not ours, ${counts.orphans} unknown`;
  const text = `${checkedCount} looked at: ${found}; ${counts.creating} still to be made, ${counts.retired} left over`;
  const fix =
    "Unknown ones are merged into a user's with lull bucket merge; look at the others in the store.";
  return { name: "buckets", state, text, items, ...(state === "failed" ? { fix } : {}) };
}

async function checkSpool({ spool }: DoctorDeps): Promise<Check> {
  const { objectCount, bytes, failedCount, failed } = await spool();
  const isFull = objectCount >= SPOOL_OBJECTS_MAX || bytes >= SPOOL_BYTES_MAX;
  // What a customer attached and a rule forbids is nobody's fault.
  const isLoss = failed.some(({ reason }) => reason === "lost" || reason === "different");
  const state = isFull || isLoss ? "failed" : "ok";
  const mebibytes = (bytes / MIB).toFixed(1);
  const text = `${objectCount} objects wait (${mebibytes} MiB), ${failedCount} were given up`;
  const items = failed.map(
    ({ objectId, kind, reason }) => `${String(kind)} ${String(objectId)}: ${String(reason)}`,
  );
  const fix = isFull
    ? "New files wait in Chatwoot until there is room: see that the store takes objects again."
    : "What was given up stays in the spool until it is looked at; its reason says why.";
  return { name: "spool", state, text, items, ...(state === "failed" ? { fix } : {}) };
}

/** What the tokens of each are good for: a bot's alone cannot list what came while lull was down. */
async function checkChatwoots({ clock, connections }: DoctorDeps): Promise<Check> {
  if (connections.length === 0) return skipped("chatwoot", "no Chatwoot is connected");
  const checks = await within(clock, CHATWOOT_MS, (signal) =>
    Promise.all(connections.map(async ({ name, check }) => ({ name, ...(await check(signal)) }))),
  );
  const faults = checks.flatMap(({ name, findings }) =>
    findings.filter(({ state }) => state !== "ok").map((finding) => ({ connection: name, ...finding })),
  );
  const failed = checks.filter(({ state }) => state === "failed");
  const items = faults.map(({ connection, name, text }) => `${connection}: ${name}: ${text}`);
  const { fix, code } = faults.find(({ state }) => state === "failed") ?? faults[0] ?? {};
  const text =
    failed.length === 0 ? `${checks.length} answer` : `${failed.length} of ${checks.length} failed`;
  const state = failed.length === 0 ? "ok" : "failed";
  const given = { ...(fix === undefined ? {} : { fix }), ...(code === undefined ? {} : { code }) };
  return { name: "chatwoot", state, text, items, ...given };
}

function checkWebhooks({ connections }: DoctorDeps): Check {
  if (connections.length === 0) return skipped("webhooks", "no Chatwoot is connected");
  const open = connections.filter(({ isSigned }) => !isSigned).map(({ name }) => name);
  if (open.length === 0) return { name: "webhooks", state: "ok", text: "all connections have a secret" };
  return {
    name: "webhooks",
    state: "failed",
    text: `any program may send webhooks for ${open.join(", ")}`,
    fix: "Set CHATWOOT_WEBHOOK_SECRET, or the connection's own.",
  };
}

/** What a look can see, and how the last one went. */
async function checkCatchUp({ clock, looks }: DoctorDeps): Promise<Check> {
  const reports = await within(clock, CHATWOOT_MS, looks);
  if (reports.length === 0) return skipped("catch-up", "no Chatwoot is connected");
  const items = reports.map((report) => `${report.connection}: ${lookText(report, clock.now())}`);
  const broken = reports.find(({ last }) => last !== null && last.reason !== null);
  if (broken === undefined) return { name: "catch-up", state: "ok", text: "the last looks went well", items };
  const fix =
    broken.last?.reason === "not_for_bots"
      ? "Give the connection a user's token, too, or bring Chatwoot to 4.14.2: older ones show a bot nothing."
      : "It is looked at again every minute, from where it broke off: see chatwoot.";
  return {
    name: "catch-up",
    state: "failed",
    text: "a look for what no webhook brought broke off",
    items,
    fix,
  };
}

const SIGHTS = {
  all: "sees all conversations",
  known: "a bot's token alone: sees the last message of conversations that lull knows",
} as const;

function lookText({ sees, last }: LookReport, now: number): string {
  const sight = sees === null ? "does not answer now" : SIGHTS[sees];
  const lookedAt = last?.lookedAt ?? null;
  const when =
    lookedAt === null
      ? "never looked through yet"
      : `looked through ${Math.round((now - lookedAt) / 1000)} s ago`;
  const reason = last?.reason ?? null;
  return [sight, when, ...(reason === null ? [] : [`the last look broke off: ${reason}`])].join("; ");
}

async function checkAlerts({ alerts }: DoctorDeps): Promise<Check> {
  const [first, ...others] = await alerts();
  if (first === undefined) return { name: "alerts", state: "ok", text: "there is nothing to tell" };
  const items = [first, ...others].map(({ text }) => text);
  return { name: "alerts", state: "failed", text: `${items.length} are open`, items, fix: first.fix };
}

function skipped(name: string, text: string): Check {
  return { name, state: "skipped", text };
}

/** What it rejects with is what the check found. */
async function tried(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message: text, code, fix } = error;
    return { name, state: "failed", text, code, ...(fix === undefined ? {} : { fix }) };
  }
}

async function within<T>(
  clock: Clock,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(clock, limitMs);
  try {
    return await work(deadline.signal);
  } catch (error) {
    if (!deadline.expired()) throw error;
    throw new AppError("storage_unavailable", "The storage did not answer in time.", { retryable: true });
  } finally {
    deadline.clear();
  }
}
