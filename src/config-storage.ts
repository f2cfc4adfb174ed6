// The settings of where objects are kept: on a disk, or in Google Cloud Storage. A part of the configuration.
import { createPrivateKey } from "node:crypto";
import type { Settings } from "./settings.ts";
import { isBucketPrefix, PREFIX_LENGTH_MAX } from "./storage/bucket-name.ts";

export interface GoogleSettings {
  projectId: string;
  clientEmail: string;
  /** PEM. */
  privateKey: string;
  /** Null: Google finds the key by itself. */
  privateKeyId: string | null;
  /** Where buckets are made, such as EU; null: Google's own choice. */
  location: string | null;
  /** Null: Google's own. */
  apiEndpoint: string | null;
}

export interface StorageSettings {
  /** Null: objects are kept in the data folder. */
  google: GoogleSettings | null;
  /** What names of buckets begin with. */
  bucketPrefix: string;
}

/** Whoever gives these means Google, with or without the project. */
const ACCOUNT = ["GCS_CLIENT_EMAIL", "GCS_PRIVATE_KEY", "GCS_PRIVATE_KEY_FILE"];
const PREFIX_DEFAULT = "lull";
const PROJECT = /^[a-z][a-z0-9:.-]{4,61}[a-z0-9]$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const LOCATION = /^[A-Za-z][A-Za-z0-9-]{1,30}$/;

/** Reads them; mistakes are the settings' to keep. */
export function readStorage(settings: Settings): StorageSettings {
  const fallback = settings.has("GCS_PROJECT_ID") ? "gcs" : "disk";
  const kind = settings.choice("LULL_STORAGE", fallback, ["disk", "gcs"]);
  // Read whatever the kind is: a value that is wrong is a mistake before it is needed, too.
  const isMeant = !settings.has("LULL_STORAGE") && ACCOUNT.some((name) => settings.has(name));
  const google = readGoogle(settings, kind === "gcs" || isMeant);
  return { google: kind === "gcs" ? google : null, bucketPrefix: readPrefix(settings) };
}

function readGoogle(settings: Settings, isNeeded: boolean): GoogleSettings | null {
  const projectId = matching(settings, "GCS_PROJECT_ID", PROJECT, "the id of a Google Cloud project");
  const clientEmail = matching(settings, "GCS_CLIENT_EMAIL", EMAIL, "the e-mail of a service account");
  const privateKey = readPrivateKey(settings);
  const privateKeyId = settings.text("GCS_PRIVATE_KEY_ID");
  const location = matching(
    settings,
    "GCS_LOCATION",
    LOCATION,
    "a place of Google Cloud Storage, such as EU",
  );
  const apiEndpoint = settings.url("GCS_API_ENDPOINT");
  // An emulator on plain http is shown no account.
  const isAccountNeeded = !apiEndpoint?.startsWith("http:");
  const account = isAccountNeeded ? { GCS_CLIENT_EMAIL: clientEmail, GCS_PRIVATE_KEY: privateKey } : {};
  if (isNeeded) needAll(settings, { GCS_PROJECT_ID: projectId, ...account });
  if (projectId === null) return null;
  const known = { clientEmail: clientEmail ?? "", privateKey: privateKey ?? "", privateKeyId };
  return { projectId, ...known, location, apiEndpoint };
}

function matching(settings: Settings, name: string, pattern: RegExp, what: string): string | null {
  const text = settings.text(name);
  if (text === null || pattern.test(text)) return text;
  settings.mistake(name, `must be ${what}`, "copy it again from Google's console");
  return null;
}

/** On one line `\n` stands for a line's end, as in Google's own JSON file. */
function readPrivateKey(settings: Settings): string | null {
  const text = settings.secretText("GCS_PRIVATE_KEY")?.replaceAll("\\n", "\n").trim() ?? null;
  if (text === null || isPrivateKey(text)) return text;
  const fix = "copy private_key from the service account's JSON file, from -----BEGIN to KEY-----";
  settings.mistake("GCS_PRIVATE_KEY", "must be a private key in PEM", fix);
  return null;
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

function needAll(settings: Settings, values: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(values)) {
    const isWrong = settings.mistakes.some((mistake) => mistake.name.startsWith(name));
    if (value !== null || isWrong) continue;
    settings.mistake(name, "is needed for Google Cloud Storage", `set ${name}, or LULL_STORAGE to disk`);
  }
}

function readPrefix(settings: Settings): string {
  const text = settings.text("GCS_BUCKET_PREFIX") ?? PREFIX_DEFAULT;
  if (isBucketPrefix(text)) return text;
  settings.mistake(
    "GCS_BUCKET_PREFIX",
    `must be 1 to ${PREFIX_LENGTH_MAX} of a-z, 0-9 and -, neither begin nor end with - and not name Google`,
    `use ${PREFIX_DEFAULT}, the default`,
  );
  return PREFIX_DEFAULT;
}
