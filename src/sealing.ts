// Secrets at rest: AES-256-GCM under the master key, each box bound to the place it was sealed for.
// It knows neither where the key comes from nor what the secrets mean.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { AppError } from "./errors.ts";
import type { Random } from "./random.ts";

/** Where a box is kept. */
export interface SealedAt {
  table: string;
  column: string;
  /** The row's public id. */
  id: string;
}

export interface Sealed {
  /** base64url: nonce (12 bytes) + ciphertext + tag (16 bytes). */
  box: string;
  keyVersion: number;
}

export const MASTER_KEY_BYTES = 32;

/** Of a shorter secret the last four would be too much. */
const SHOWN_SECRET_LENGTH_MIN = 12;
const SHOWN_CHARS = 4;

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class Sealer {
  /** Of every box that it seals. */
  readonly keyVersion: number;
  readonly #key: KeyObject;
  readonly #random: Random;

  /** Throws RangeError when the key has not 32 bytes. */
  constructor(masterKey: Uint8Array, keyVersion: number, random: Random) {
    if (masterKey.byteLength !== MASTER_KEY_BYTES) throw new RangeError("the master key must have 32 bytes");
    this.#key = createSecretKey(masterKey);
    this.keyVersion = keyVersion;
    this.#random = random;
  }

  seal(text: string, at: SealedAt): Sealed {
    const nonce = this.#random.bytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(at, this.keyVersion));
    const parts = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
    return { box: Buffer.concat(parts).toString("base64url"), keyVersion: this.keyVersion };
  }

  /** Throws AppError `unsealable` when the key, its version, the place or a single bit differs. */
  unseal(sealed: Sealed, at: SealedAt): string {
    const bytes = sealed.keyVersion === this.keyVersion ? readBox(sealed.box) : null;
    if (bytes === null) throw unsealable(at);
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(boundTo(at, this.keyVersion));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      throw unsealable(at);
    }
  }
}

/** The 32 bytes that `text` gives in base64 or base64url, or null when it gives none. */
export function parseMasterKey(text: string): Uint8Array | null {
  // 43 characters and the padding are 32 bytes, no more and no fewer.
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? new Uint8Array(Buffer.from(text, "base64")) : null;
}

/** What people may see of a secret, to tell it from others. */
export function lastFourOf(secret: string): string {
  return secret.length < SHOWN_SECRET_LENGTH_MIN ? "****" : secret.slice(-SHOWN_CHARS);
}

// JSON quotes what it joins, so that no two places give the same bytes.
function boundTo({ table, column, id }: SealedAt, keyVersion: number): Buffer {
  return Buffer.from(JSON.stringify([table, column, id, keyVersion]));
}

// The decoder of the runtime passes over foreign characters and unused bits: only the one way of writing a box is taken.
function readBox(box: string): Buffer | null {
  const bytes = Buffer.from(box, "base64url");
  const isWhole = bytes.byteLength >= NONCE_BYTES + TAG_BYTES && bytes.toString("base64url") === box;
  return isWhole ? bytes : null;
}

// Without the cause, and without the text: what could not be opened may still be a secret.
function unsealable({ table, column, id }: SealedAt): AppError {
  return new AppError("unsealable", `The secret in ${table}.${column} of ${id} cannot be opened.`, {
    fix: "Restore the master key it was sealed with (master.key or LULL_MASTER_KEY), or enter the secret again.",
  });
}
