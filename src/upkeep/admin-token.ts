// The first admin token: given, or made at the first start. The database keeps its hash alone.
import { createHash } from "node:crypto";
import type { SettingsStore } from "../db/store-settings.ts";
import type { Random } from "../random.ts";

const SETTING = "admin_token_hash";
/** Bytes of a made token: 256 bits. */
const TOKEN_BYTES = 32;

export interface AdminToken {
  hash: string;
  /** The token itself, only when it was made just now: to be shown once. */
  made: string | null;
}

/** Makes sure that there is an admin token; `given` (LULL_ADMIN_TOKEN) takes the place of any earlier one. */
export async function ensureAdminToken(
  store: SettingsStore,
  given: string | null,
  random: Random,
  now: number,
): Promise<AdminToken> {
  const known = await store.setting(SETTING);
  if (given === null && known !== null) return { hash: known, made: null };
  const token = given ?? Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url");
  const hash = hashToken(token);
  if (hash !== known) await store.saveSetting(SETTING, hash, now);
  return { hash, made: given === null ? token : null };
}

/** What the database keeps of a token: random tokens need no slow hash. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
