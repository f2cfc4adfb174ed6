// The key that seals secrets at rest: given, or made at the first start; and proof that it is still the same one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MASTER_KEY_CANARY } from "../db/store-files.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import { syncFolder, writeNewDurably } from "../durable.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { MASTER_KEY_BYTES, parseMasterKey, type Sealed, Sealer } from "../sealing.ts";

export interface SealerDeps {
  /** LULL_MASTER_KEY, or null. It stands before the file. */
  given: Uint8Array | null;
  dataDir: string;
  store: SettingsStore;
  random: Random;
  now: number;
}

const FILE = "master.key";
/** The reason of every refusal. */
const MASTER_KEY = "master_key";
/** Raised when the way of sealing changes, or keys are renewed. */
const KEY_VERSION = 1;

/** A known text sealed at the first start: a key that does not open it is not the one that sealed the rest. */
const CANARY = MASTER_KEY_CANARY;
const CANARY_TEXT = "lull";
const CANARY_AT = { table: "settings", column: "value", id: CANARY };

/**
 * The sealer of this database. Throws AppError `bad_config` when the key is another one than that of the first start,
 * gone, or cannot be read: what was sealed would be lost, and no new key is ever made in its place.
 */
export async function ensureSealer({ given, dataDir, store, random, now }: SealerDeps): Promise<Sealer> {
  const canary = await store.setting(CANARY);
  const path = join(dataDir, FILE);
  const key =
    given ?? readKey(path, canary === null) ?? (canary === null ? makeKey(dataDir, path, random) : null);
  if (key === null) throw notTheSame(path);
  const sealer = new Sealer(key, KEY_VERSION, random);
  if (canary === null)
    await store.saveSetting(CANARY, JSON.stringify(sealer.seal(CANARY_TEXT, CANARY_AT)), now);
  else if (!opensCanary(sealer, canary)) throw notTheSame(path);
  return sealer;
}

/** The sealer of the key that is there; null: there is none yet. Throws AppError `bad_config` for a file that holds no key. */
export function knownSealer({ given, dataDir, random }: Pick<SealerDeps, "given" | "dataDir" | "random">) {
  const key = given ?? readKey(join(dataDir, FILE), false);
  return key === null ? null : new Sealer(key, KEY_VERSION, random);
}

/** Null when there is no file. */
function readKey(path: string, isFirstStart: boolean): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    const fix = "Give the file to lull's user, or set LULL_MASTER_KEY.";
    throw new AppError("bad_config", `The master key in ${path} cannot be read.`, {
      fix,
      reason: MASTER_KEY,
      cause,
    });
  }
  const key = parseMasterKey(text.trim());
  if (key !== null) return key;
  throw new AppError("bad_config", `The file ${path} does not hold a master key: 32 bytes in base64.`, {
    reason: MASTER_KEY,
    fix: isFirstStart
      ? "Restore it from a copy, or delete it: nothing is sealed with it yet."
      : "Restore it from a copy, or set LULL_MASTER_KEY to what it held.",
  });
}

// On the disk, name and all, before anything is sealed by it. `wx` takes no file that is there already.
function makeKey(dataDir: string, path: string, random: Random): Uint8Array {
  const key = random.bytes(MASTER_KEY_BYTES);
  try {
    writeNewDurably(path, `${Buffer.from(key).toString("base64")}\n`);
    syncFolder(dataDir);
  } catch (cause) {
    const fix = "Let lull's user write in its data folder, or set LULL_MASTER_KEY.";
    throw new AppError("bad_config", `The master key cannot be written to ${path}.`, {
      fix,
      reason: MASTER_KEY,
      cause,
    });
  }
  return key;
}

/** Whether the key is that of a database with this canary. */
export function opensCanary(sealer: Sealer, canary: string): boolean {
  try {
    return sealer.unseal(readSealed(canary), CANARY_AT) === CANARY_TEXT;
  } catch (error) {
    if (error instanceof AppError && error.code === "unsealable") return false;
    throw error;
  }
}

// A row that is not even JSON opens by no key, like any other damage.
function readSealed(text: string): Sealed {
  try {
    const value = JSON.parse(text) as Partial<Sealed> | null;
    return { box: String(value?.box), keyVersion: Number(value?.keyVersion) };
  } catch {
    return { box: "", keyVersion: KEY_VERSION };
  }
}

function notTheSame(path: string): AppError {
  return new AppError("bad_config", "The master key is not the one that sealed this database.", {
    reason: MASTER_KEY,
    fix: `Restore ${path}, or set LULL_MASTER_KEY to the key that lull was first started with.`,
  });
}
