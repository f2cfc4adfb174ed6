import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { GROQ_MODEL_DEFAULT } from "../../src/ai/groq.ts";
import { OPENAI_MODEL_DEFAULT } from "../../src/ai/openai.ts";
import { type Config, readConfig } from "../../src/config.ts";

interface Row {
  name: string;
  fallback: string;
  meaning: string;
}

const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
const rows = settingRows(readme);

/** The rows of the README's table of settings: name, default, meaning. */
function settingRows(text: string): Row[] {
  return [...text.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|([^|]*)\|([^|]*)\|$/gm)].map(
    ([, name = "", fallback = "", meaning = ""]) => ({
      name,
      fallback: fallback.trim(),
      meaning: meaning.trim(),
    }),
  );
}

/** Every name that the settings ask the environment for. */
function askedNames(): Set<string> {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get(_, name) {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  readConfig({ env, readFile: () => null });
  return asked;
}

/** systemd's own words, and where a secret may come from instead. */
const NO_SETTINGS = ["STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"];
const isSetting = (name: string): boolean => !NO_SETTINGS.includes(name) && !name.endsWith("_FILE");

const read = (env: Record<string, string> = {}): Config => readConfig({ env, readFile: () => null });
const isRefused = (env: Record<string, string>): boolean => {
  try {
    read(env);
    return false;
  } catch {
    return true;
  }
};

/** Defaults that are made or come from elsewhere, with the words that the table has to say so. */
const IN_WORDS: Readonly<Record<string, string>> = {
  LULL_DATA_DIR: "`$STATE_DIRECTORY` or ./data",
  LULL_ADMIN_TOKEN: "made at first start",
  LULL_MASTER_KEY: "made at first start",
  LULL_STORAGE: "gcs if `GCS_PROJECT_ID` is set, else disk",
};
const MODELS: Readonly<Record<string, string>> = {
  OPENAI_MODEL: OPENAI_MODEL_DEFAULT,
  GROQ_MODEL: GROQ_MODEL_DEFAULT,
};

/** Where a setting without a default shows that there is none. */
const NOTHING: Readonly<Record<string, (config: Config) => unknown>> = {
  LULL_PUBLIC_URL: ({ publicUrl }) => publicUrl,
  LULL_LOCALE: ({ locale }) => locale,
  OPENAI_API_KEY: ({ systemKeys }) => systemKeys[0] ?? null,
  GROQ_API_KEY: ({ systemKeys }) => systemKeys[0] ?? null,
  OPENAI_BASE_URL: ({ providers }) => providers.openai.baseUrl,
  GROQ_BASE_URL: ({ providers }) => providers.groq.baseUrl,
  CHATWOOT_BASE_URL: ({ connections }) => connections[0]?.chatwoot,
  CHATWOOT_ACCOUNT_ID: ({ connections }) => connections[0]?.chatwoot,
  CHATWOOT_API_TOKEN: ({ connections }) => connections[0]?.chatwoot,
  CHATWOOT_USER_TOKEN: ({ connections }) => connections[0]?.chatwoot,
  CHATWOOT_WEBHOOK_SECRET: ({ connections }) => connections[0]?.webhookSecret,
  CHATWOOT_WEBHOOK_PATH_SECRET: ({ connections }) => connections[0]?.webhookPathSecret,
  CHATWOOT_MEDIA_HOSTS: ({ mediaHosts }) => mediaHosts[0] ?? null,
  LEGACY_WEBHOOK_URL: ({ upkeep }) => upkeep.legacyWebhookUrl,
  OTEL_EXPORTER_OTLP_ENDPOINT: ({ upkeep }) => upkeep.tracing,
  OTEL_EXPORTER_OTLP_HEADERS: ({ upkeep }) => upkeep.tracing,
  LULL_ALERT_URL: ({ upkeep }) => upkeep.alertTarget,
  GCS_PROJECT_ID: ({ storage }) => storage.google,
  GCS_CLIENT_EMAIL: ({ storage }) => storage.google,
  GCS_PRIVATE_KEY: ({ storage }) => storage.google,
  GCS_PRIVATE_KEY_ID: ({ storage }) => storage.google,
  GCS_LOCATION: ({ storage }) => storage.google,
  GCS_API_ENDPOINT: ({ storage }) => storage.google,
  LULL_FLAG_MESSAGE_BUFFERING: ({ lockedFlags }) => lockedFlags["message_buffering"] ?? null,
  LULL_FLAG_TYPING_INDICATORS: ({ lockedFlags }) => lockedFlags["typing_indicators"] ?? null,
  TRANSCRIPTION_MODEL: ({ transcription }) => transcription.model,
  LULL_FLAG_ENHANCED_AI_PROCESSING: ({ lockedFlags }) => lockedFlags["enhanced_ai_processing"] ?? null,
  LULL_FLAG_RESPONSE_QUALITY_ENHANCEMENT: ({ lockedFlags }) =>
    lockedFlags["response_quality_enhancement"] ?? null,
  LULL_FLAG_TRANSCRIPT_NOTES: ({ lockedFlags }) => lockedFlags["transcript_notes"] ?? null,
  LULL_FLAG_PRIORITY_PROCESSING: ({ lockedFlags }) => lockedFlags["priority_processing"] ?? null,
  LULL_FLAG_ADAPTIVE_WINDOW: ({ lockedFlags }) => lockedFlags["adaptive_window"] ?? null,
  LULL_FLAG_SPLIT_REPLIES: ({ lockedFlags }) => lockedFlags["split_replies"] ?? null,
  LULL_FLAG_AI_ACTIONS: ({ lockedFlags }) => lockedFlags["ai_actions"] ?? null,
  LULL_FLAG_KNOWLEDGE_BASE: ({ lockedFlags }) => lockedFlags["knowledge_base"] ?? null,
};

describe("the README's table of settings", () => {
  test("names every setting once, and nothing that is none", () => {
    const asked = [...askedNames()].filter(isSetting);
    expect(asked.length).toBeGreaterThan(30);
    expect(rows.map(({ name }) => name).toSorted()).toEqual(asked.toSorted());
  });

  test.each(rows.map((row) => [row.name, row] as const))("gives the default of %s", (name, { fallback }) => {
    const known = IN_WORDS[name] ?? MODELS[name];
    if (known !== undefined) return expect(fallback).toBe(known);
    if (fallback === "none") return expect(NOTHING[name]?.(read())).toBeNull();
    // The same configuration as without it, but for the port, which is then given by name.
    expect(read({ [name]: fallback })).toEqual({ ...read(), isPortGiven: name === "PORT" });
  });

  test.each(rangesOf(rows))("gives the range of %s: %d to %d", (name, min, max) => {
    expect(isRefused({ [name]: String(min) })).toBe(false);
    expect(isRefused({ [name]: String(min - 1) })).toBe(true);
    if (max === null) return;
    expect(isRefused({ [name]: String(max) })).toBe(false);
    expect(isRefused({ [name]: String(max + 1) })).toBe(true);
  });

  test("is read whole, also in a made-up one", () => {
    const text = "| `A_NAME` | 5 | what it is, 1–1,000 |\n| `GET /livez` | alive |\n|`B`| no | row |\n";
    expect(settingRows(text)).toEqual([{ name: "A_NAME", fallback: "5", meaning: "what it is, 1–1,000" }]);
    expect(rangesOf(settingRows(text))).toEqual([["A_NAME", 1, 1_000]]);
    expect(rangesOf(rows).length).toBeGreaterThan(4);
  });
});

/** "100–600,000" and "at least 200" in the meanings. */
function rangesOf(table: readonly Row[]): [string, number, number | null][] {
  return table.flatMap(({ name, meaning }): [string, number, number | null][] => {
    const range = /\b([\d,]+)–([\d,]+)\b/.exec(meaning);
    if (range !== null) return [[name, numberIn(range[1]), numberIn(range[2])]];
    const least = /at least ([\d,]+)(?! characters)\b/.exec(meaning);
    return least === null || meaning.includes("characters") ? [] : [[name, numberIn(least[1]), null]];
  });
}

function numberIn(text = ""): number {
  return Number(text.replaceAll(",", ""));
}
