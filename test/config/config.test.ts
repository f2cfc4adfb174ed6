import { describe, expect, test } from "bun:test";
import { DAY_MS } from "../../src/clock.ts";
import { type Config, type ConnectionSettings, readConfig } from "../../src/config.ts";
import { AppError } from "../../src/errors.ts";

type Env = Record<string, string>;
type Files = Record<string, string>;

const read = (env: Env = {}, files: Files = {}): Config =>
  readConfig({ env, readFile: (path) => files[path] ?? null });

/** What `lull` says of these settings; the test fails when it finds nothing wrong. */
function complaint(env: Env, files: Files = {}): string {
  try {
    read(env, files);
  } catch (error) {
    if (error instanceof AppError && error.code === "bad_config") return error.message;
    throw error;
  }
  throw new Error("nothing was found wrong");
}

/** The names in a complaint, in its order. */
const namesIn = (text: string): string[] => [...text.matchAll(/^ {2}(\w+)$/gm)].map(([, name = ""]) => name);

const LONG = "a-secret-of-sixteen-or-more";
const CHATWOOT = {
  CHATWOOT_BASE_URL: "https://chat.example.com",
  CHATWOOT_ACCOUNT_ID: "3",
  CHATWOOT_API_TOKEN: "token",
};

function connection(config: Config): ConnectionSettings {
  const [first] = config.connections;
  if (first === undefined) throw new Error("there is no connection");
  return first;
}

test("without any setting there is a whole configuration of defaults", () => {
  expect(read()).toEqual({
    host: "127.0.0.1",
    port: 8787,
    isPortGiven: false,
    dataDir: "data",
    publicUrl: null,
    adminToken: null,
    masterKey: null,
    defaultCountry: "BR",
    locale: null,
    logLevel: "info",
    logFormat: "auto",
    silenceMs: 30_000,
    sizeMax: 50,
    ageMaxMs: 300_000,
    sweepMs: 10_000,
    providers: { openai: { baseUrl: null, model: null }, groq: { baseUrl: null, model: null } },
    systemKeys: [],
    isSystemFallbackOn: true,
    modelTimeoutMs: 30_000,
    turnsMax: 16,
    inboxMode: "answer",
    qualityThreshold: 0.7,
    transcription: { model: null, order: ["groq", "openai"] },
    connections: [
      { name: "default", chatwoot: null, webhookSecret: null, webhookPathSecret: null, isPlayground: false },
    ],
    humanPauseMs: null,
    isTypingOn: true,
    answerStatuses: ["pending", "open"],
    sendSettleMs: 60_000,
    channels: ["Channel::Whatsapp", "Channel::TwilioSms", "Channel::Api"],
    mediaHosts: [],
    storage: { google: null, bucketPrefix: "lull" },
    upkeep: {
      retention: { buffersMs: 30 * DAY_MS, logsMs: 7 * DAY_MS, historyMs: 365 * DAY_MS },
      legacyWebhookUrl: null,
      alertTarget: null,
      tracing: null,
    },
    lockedFlags: {},
  });
});

describe("a whole number", () => {
  const NUMBERS = [
    ["PORT", "port", 8787, 0, 65_535],
    ["MESSAGE_BUFFER_DURATION_MS", "silenceMs", 30_000, 100, 600_000],
    ["MAX_BUFFER_SIZE", "sizeMax", 50, 1, 500],
    ["MAX_BUFFER_AGE_MS", "ageMaxMs", 300_000, 100, 3_600_000],
    ["BUFFER_PROCESSING_INTERVAL_MS", "sweepMs", 10_000, 200, 3_600_000],
    ["AI_PROCESSING_TIMEOUT_MS", "modelTimeoutMs", 30_000, 100, 600_000],
    ["AI_MAX_CONCURRENCY", "turnsMax", 16, 1, 1_000],
    ["LULL_SEND_SETTLE_MS", "sendSettleMs", 60_000, 1_000, 3_600_000],
  ] as const;

  test.each(NUMBERS)(
    "%s has its default, both ends of its range and nothing beyond",
    (name, field, fallback, min, max) => {
      expect(read()[field]).toBe(fallback);
      expect(read({ [name]: String(min) })[field]).toBe(min);
      expect(read({ [name]: String(max) })[field]).toBe(max);
      for (const beyond of [min - 1, max + 1]) {
        expect(complaint({ [name]: String(beyond) })).toContain(
          `  ${name}\n    must be a whole number from ${min} to ${max}  → use ${fallback}, the default`,
        );
      }
    },
  );

  test.each([
    "30s",
    "1e3",
    "0x10",
    "12.5",
    "-1",
    "+5",
    "NaN",
    "Infinity",
    "99999999999999999999",
    "3 0",
    "٣",
  ])("is refused as %p", (value) => {
    expect(namesIn(complaint({ MESSAGE_BUFFER_DURATION_MS: value }))).toEqual(["MESSAGE_BUFFER_DURATION_MS"]);
  });

  test("may have spaces around it, and none is the default", () => {
    expect(read({ PORT: " 9000 " })).toMatchObject({ port: 9000, isPortGiven: true });
    expect(read({ PORT: "  " })).toMatchObject({ port: 8787, isPortGiven: false });
  });
});

describe("the pause after a colleague's reply", () => {
  test("lasts until the conversation is resolved for 0, else so many minutes", () => {
    expect(read({ HUMAN_PAUSE_MINUTES: "0" }).humanPauseMs).toBeNull();
    expect(read({ HUMAN_PAUSE_MINUTES: "30" }).humanPauseMs).toBe(1_800_000);
    expect(read({ HUMAN_PAUSE_MINUTES: "43200" }).humanPauseMs).toBe(2_592_000_000);
    expect(namesIn(complaint({ HUMAN_PAUSE_MINUTES: "43201" }))).toEqual(["HUMAN_PAUSE_MINUTES"]);
  });
});

describe("a choice", () => {
  test.each([
    ["LULL_LOG_LEVEL", "logLevel", ["debug", "info", "warning", "error"]],
    ["LULL_LOG_FORMAT", "logFormat", ["auto", "pretty", "json"]],
  ] as const)("%s takes its words and no other", (name, field, words) => {
    for (const word of words) expect(read({ [name]: word })[field]).toBe(word);
    expect(complaint({ [name]: "loud" })).toContain(`must be one of ${words.join(", ")}`);
    expect(complaint({ [name]: words[0].toUpperCase() })).toContain(name);
  });

  test("LULL_LOCALE takes the languages that lull has, and none is none", () => {
    for (const locale of ["en", "fr", "pt-BR"] as const)
      expect(read({ LULL_LOCALE: locale }).locale).toBe(locale);
    expect(read({ LULL_LOCALE: "none" }).locale).toBeNull();
    for (const value of ["pt", "pt-br", "EN", "de", "null"]) {
      expect(complaint({ LULL_LOCALE: value })).toContain("must be one of none, en, fr, pt-BR");
    }
  });

  test.each([
    ["CHATWOOT_TYPING_INDICATOR_ENABLED", "isTypingOn"],
    ["AI_SYSTEM_FALLBACK", "isSystemFallbackOn"],
  ] as const)("%s is true or false and nothing like it", (name, field) => {
    expect(read({ [name]: "false" })[field]).toBe(false);
    expect(read({ [name]: "true" })[field]).toBe(true);
    for (const value of ["0", "no", "False", "off"]) {
      expect(complaint({ [name]: value })).toContain("must be true or false");
    }
  });

  test("a flag is locked by the environment to what it says, and free without", () => {
    expect(
      read({ LULL_FLAG_MESSAGE_BUFFERING: "false", LULL_FLAG_TYPING_INDICATORS: "true" }).lockedFlags,
    ).toEqual({
      message_buffering: false,
      typing_indicators: true,
    });
    expect(namesIn(complaint({ LULL_FLAG_MESSAGE_BUFFERING: "maybe" }))).toEqual([
      "LULL_FLAG_MESSAGE_BUFFERING",
    ]);
  });
});

describe("a list", () => {
  test("is split at commas, without spaces, gaps and doubles", () => {
    expect(read({ CHATWOOT_ANSWER_STATUSES: " open , pending,,open" }).answerStatuses).toEqual([
      "open",
      "pending",
    ]);
    expect(read({ LULL_CHANNELS: "Channel::Telegram" }).channels).toEqual(["Channel::Telegram"]);
  });

  test.each([
    ["CHATWOOT_ANSWER_STATUSES", "open,closed", "must be a comma list of open, pending, resolved, snoozed"],
    ["CHATWOOT_ANSWER_STATUSES", ",", "use pending,open"],
    ["AI_PROVIDER_ORDER", "openai,mistral", "must be a comma list of groq, openai"],
    ["LULL_CHANNELS", " , ", "must be a comma list"],
  ])("%s refuses %p", (name, value, rule) => {
    const text = complaint({ [name]: value });
    expect(namesIn(text)).toEqual([name]);
    expect(text).toContain(rule);
  });
});

describe("an address", () => {
  test.each(["LULL_PUBLIC_URL", "OPENAI_BASE_URL", "GROQ_BASE_URL"])("%s must be one of the web", (name) => {
    for (const value of [
      "lull.example.com",
      "ftp://lull.example.com",
      "file:///etc/passwd",
      "https://",
      "https://me:secret@lull.example.com",
      "https://lull.example.com/?a=1",
      "https://lull.example.com/#top",
    ]) {
      expect(namesIn(complaint({ [name]: value }))).toEqual([name]);
    }
  });

  test("loses the slashes at its end and keeps its path", () => {
    expect(read({ LULL_PUBLIC_URL: "https://lull.example.com/" }).publicUrl).toBe("https://lull.example.com");
    expect(read({ LULL_PUBLIC_URL: "http://a.example/b//" }).publicUrl).toBe("http://a.example/b");
  });

  test("HOST is taken as it is", () => {
    expect(read({ HOST: "::1" }).host).toBe("::1");
  });
});

describe("the master key", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
  const base64 = Buffer.from(bytes).toString("base64");
  const base64url = Buffer.from(bytes).toString("base64url");

  test("is 32 bytes, in base64 or base64url, with or without its padding", () => {
    expect(base64).toMatch(/[+/]/);
    for (const text of [base64, base64url, base64.replace("=", ""), `${base64url}=`]) {
      expect(read({ LULL_MASTER_KEY: text }).masterKey).toEqual(bytes);
    }
  });

  test("may come from a file or a systemd credential", () => {
    const files = { "/run/key": `${base64}\n`, "/run/credentials/LULL_MASTER_KEY": base64url };
    expect(read({ LULL_MASTER_KEY_FILE: "/run/key" }, files).masterKey).toEqual(bytes);
    expect(read({ CREDENTIALS_DIRECTORY: "/run/credentials" }, files).masterKey).toEqual(bytes);
  });

  test.each([
    ["31 bytes", Buffer.alloc(31, 7).toString("base64")],
    ["33 bytes", Buffer.alloc(33, 7).toString("base64")],
    ["32 bytes in hex", Buffer.alloc(32, 7).toString("hex")],
    ["too much padding", `${base64}=`],
    ["padding alone", "="],
    ["a foreign character", `${base64.slice(0, 20)}*${base64.slice(21)}`],
    ["a passphrase", "correct-horse-battery-staple"],
  ])("is refused as %s, without being shown", (_, text) => {
    const said = complaint({ LULL_MASTER_KEY: text });
    expect(said).toContain(
      "  LULL_MASTER_KEY\n    must be 32 bytes in base64  → make one with: openssl rand -base64 32",
    );
    if (text !== "=") expect(said).not.toContain(text);
  });
});

describe("the default country", () => {
  test("is two letters, made capital", () => {
    expect(read({ LULL_DEFAULT_COUNTRY: "FR" }).defaultCountry).toBe("FR");
    expect(read({ LULL_DEFAULT_COUNTRY: " pt " }).defaultCountry).toBe("PT");
  });

  // Of the last two, the runtime would make two capital letters.
  test.each(["B", "BRA", "55", "B1", "Brasil", "ß", "ıı"])("is refused as %p", (value) => {
    expect(complaint({ LULL_DEFAULT_COUNTRY: value })).toContain(
      "  LULL_DEFAULT_COUNTRY\n    must be the two letters of a country  → use BR, the default",
    );
  });
});

describe("the data folder", () => {
  test("is the one given, else the first of systemd's, else ./data", () => {
    const STATE_DIRECTORY = "/var/lib/lull:/var/lib/other";
    expect(read({ STATE_DIRECTORY }).dataDir).toBe("/var/lib/lull");
    expect(read({ STATE_DIRECTORY, LULL_DATA_DIR: "/data" }).dataDir).toBe("/data");
  });
});

describe("the connection of the environment", () => {
  test("has its address, account and tokens", () => {
    expect(connection(read(CHATWOOT)).chatwoot).toEqual({
      baseUrl: "https://chat.example.com",
      accountId: 3,
      apiToken: "token",
      userToken: null,
    });
    const both = { ...CHATWOOT, CHATWOOT_USER_TOKEN: "user" };
    expect(connection(read(both)).chatwoot?.userToken).toBe("user");
  });

  test.each(Object.keys(CHATWOOT))("is not whole without %s", (name) => {
    const rest = Object.fromEntries(Object.entries(CHATWOOT).filter(([key]) => key !== name));
    const text = complaint(rest);
    expect(namesIn(text)).toEqual([name]);
    expect(text).toContain(`set ${name}`);
  });

  test("is not begun with a user's token alone", () => {
    expect(namesIn(complaint({ CHATWOOT_USER_TOKEN: "user" }))).toEqual(Object.keys(CHATWOOT));
  });

  test.each([
    ["CHATWOOT_BASE_URL", "chat.example.com"],
    ["CHATWOOT_ACCOUNT_ID", "0"],
    ["CHATWOOT_ACCOUNT_ID", "mine"],
    ["CHATWOOT_API_TOKEN", "two words"],
  ])("tells once of a wrong %s", (name, value) => {
    expect(namesIn(complaint({ ...CHATWOOT, [name]: value }))).toEqual([name]);
  });

  test("takes webhooks with secrets of its own, also without any token", () => {
    const env = { CHATWOOT_WEBHOOK_SECRET: LONG, CHATWOOT_WEBHOOK_PATH_SECRET: `${LONG}-2` };
    expect(connection(read(env))).toMatchObject({
      chatwoot: null,
      webhookSecret: LONG,
      webhookPathSecret: `${LONG}-2`,
    });
  });
});

describe("the models", () => {
  const KEYS = { OPENAI_API_KEY: "sk-openai", GROQ_API_KEY: "gsk-groq" };

  test("are those with a key, in the order that was asked for", () => {
    const providers = (env: Env): string[] => read(env).systemKeys.map(({ provider }) => provider);
    expect(providers(KEYS)).toEqual(["groq", "openai"]);
    expect(providers({ ...KEYS, AI_PROVIDER_ORDER: "openai,groq" })).toEqual(["openai", "groq"]);
    expect(providers({ ...KEYS, AI_PROVIDER_ORDER: "openai" })).toEqual(["openai"]);
    expect(providers({ OPENAI_API_KEY: "sk-openai" })).toEqual(["openai"]);
    expect(providers({ OPENAI_MODEL: "some-model" })).toEqual([]);
  });

  test("have their own address and name where these are given", () => {
    const env = { GROQ_API_KEY: "gsk", GROQ_BASE_URL: "http://127.0.0.1:9/", GROQ_MODEL: "tiny" };
    expect(read(env).systemKeys).toEqual([{ provider: "groq", apiKey: "gsk" }]);
    expect(read(env).providers.groq).toEqual({ baseUrl: "http://127.0.0.1:9", model: "tiny" });
    expect(read({ GROQ_API_KEY: "gsk" }).providers.groq).toEqual({ baseUrl: null, model: null });
  });
});

describe("all mistakes", () => {
  test("are told at once, each with its rule and a fix", () => {
    const text = complaint({
      PORT: "http",
      LULL_LOG_LEVEL: "loud",
      MAX_BUFFER_SIZE: "0",
      CHATWOOT_BASE_URL: "https://chat.example.com",
      CHATWOOT_WEBHOOK_SECRET: "short",
      LULL_DATADIR: "/data",
    });
    expect(namesIn(text)).toEqual([
      "PORT",
      "LULL_LOG_LEVEL",
      "MAX_BUFFER_SIZE",
      "CHATWOOT_ACCOUNT_ID",
      "CHATWOOT_API_TOKEN",
      "CHATWOOT_WEBHOOK_SECRET",
      "LULL_DATADIR",
    ]);
    expect(text).toStartWith("7 settings need attention\n");
    expect(text).toEndWith("\nNothing was started.");
    expect(text.match(/^ {4}\S.* {2}→ \S.*$/gm)).toHaveLength(7);
  });

  test("are counted in the singular when it is one", () => {
    expect(complaint({ PORT: "http" })).toStartWith("1 setting needs attention\n");
  });

  test("are told without the secret that is wrong", () => {
    const env = {
      LULL_ADMIN_TOKEN: "geheim",
      OPENAI_API_KEY: "sk geheim",
      CHATWOOT_WEBHOOK_SECRET: "geheim\n",
      LULL_PUBLIC_URL: "https://me:geheim@example.com",
      LULL_MASTER_KEY: "geheim",
    };
    const text = complaint(env);
    expect(namesIn(text)).toHaveLength(5);
    expect(text).not.toContain("geheim");
  });
});
