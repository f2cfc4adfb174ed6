// Every setting, checked before anything opens. Pure but for `readFile`, which NAME_FILE and systemd credentials need.
import { MINUTE_MS } from "./clock.ts";
import { readStorage, type StorageSettings } from "./config-storage.ts";
import { readUpkeep, type UpkeepSettings } from "./config-upkeep.ts";
import { AppError } from "./errors.ts";
import { type Locale, LOCALES } from "./locale.ts";
import { parseMasterKey } from "./sealing.ts";
import { type Mistake, type SettingSource, Settings } from "./settings.ts";

export interface ChatwootSettings {
  baseUrl: string;
  accountId: number;
  apiToken: string;
  userToken: string | null;
}

export interface ConnectionSettings {
  /** Its name in addresses: `/webhooks/chatwoot/:connection`. */
  name: string;
  /** Null: webhooks are taken, but nothing can be read or sent. */
  chatwoot: ChatwootSettings | null;
  webhookSecret: string | null;
  webhookPathSecret: string | null;
  /** The playground's own, in-process Chatwoot: alone may be answered by the offline responder. */
  isPlayground: boolean;
}

export const INBOX_MODES = ["off", "watch", "answer"] as const;
/** off: messages are not taken. watch: the answer becomes a private note. answer: it goes to the customer. */
export type InboxMode = (typeof INBOX_MODES)[number];

export type HostedProvider = "openai" | "groq";

/** Where a provider is reached and what it is asked by default, with the operator's key or a user's. */
export interface ProviderSettings {
  baseUrl: string | null;
  model: string | null;
}

/** A key of the operator's. */
export interface SystemKey {
  provider: HostedProvider;
  apiKey: string;
}

/** Who is asked to hear voice notes. */
export interface TranscriptionSettings {
  /** Null: each provider's present one. */
  model: string | null;
  /** Of the operator's keys. */
  order: HostedProvider[];
}

export interface Config {
  host: string;
  port: number;
  /** The port was given by name: a busy one is then an error. */
  isPortGiven: boolean;
  dataDir: string;
  publicUrl: string | null;
  adminToken: string | null;
  /** 32 bytes. Null: read from the data folder, or made there at the first start. */
  masterKey: Uint8Array | null;
  /** Two capital letters, not yet known to be a country. */
  defaultCountry: string;
  /** The language of texts when a request asks for none. Null: they stand as they are written. */
  locale: Locale | null;
  logLevel: "debug" | "info" | "warning" | "error";
  logFormat: "auto" | "pretty" | "json";
  silenceMs: number;
  sizeMax: number;
  ageMaxMs: number;
  sweepMs: number;
  providers: Record<HostedProvider, ProviderSettings>;
  /** The operator's keys, in the order they are tried. */
  systemKeys: SystemKey[];
  /** False: only users' own keys answer. */
  isSystemFallbackOn: boolean;
  modelTimeoutMs: number;
  turnsMax: number;
  connections: ConnectionSettings[];
  /** Null: quiet until the conversation is resolved. */
  humanPauseMs: number | null;
  isTypingOn: boolean;
  answerStatuses: string[];
  /** Of inboxes that have none of their own. */
  inboxMode: InboxMode;
  /** From 0 to 1: an answer less sure than this gets a second look. */
  qualityThreshold: number;
  transcription: TranscriptionSettings;
  sendSettleMs: number;
  channels: string[];
  /** Hosts that files of a Chatwoot may be redirected to. */
  mediaHosts: string[];
  storage: StorageSettings;
  upkeep: UpkeepSettings;
  /** Flags locked by the environment. */
  lockedFlags: Record<string, boolean>;
}

export type FlagName = (typeof FLAGS)[number]["name"];

/** The flags this version knows, with their defaults. */
export const FLAGS = [
  { name: "message_buffering", isEnabled: true, description: "Wait for silence and answer a burst once" },
  { name: "typing_indicators", isEnabled: true, description: "Show that an answer is being written" },
  { name: "knowledge_base", isEnabled: true, description: "Answer from users' own files" },
  {
    name: "enhanced_ai_processing",
    isEnabled: true,
    description: "Tell the model all that is known of a turn; off: the messages alone",
  },
  {
    name: "response_quality_enhancement",
    isEnabled: false,
    description: "Shape replies for reading, and look again at those the model is not sure of",
  },
  { name: "transcript_notes", isEnabled: true, description: "Note for colleagues what a voice note says" },
  {
    name: "priority_processing",
    isEnabled: false,
    description: "Answer urgent messages without the full wait",
  },
  {
    name: "adaptive_window",
    isEnabled: false,
    description: "Wait as long as this customer's way of writing needs",
  },
  { name: "split_replies", isEnabled: false, description: "Send long replies in parts, with pauses" },
  { name: "ai_actions", isEnabled: false, description: "Let the model hand over, label and resolve" },
] as const;

/** The environment's connection. */
export const DEFAULT_CONNECTION = "default";
const CHANNELS_DEFAULT = "Channel::Whatsapp,Channel::TwilioSms,Channel::Api";
const STATUSES = ["open", "pending", "resolved", "snoozed"];
const PROVIDERS = ["groq", "openai"];
export const WEBHOOK_SECRET_LENGTH_MIN = 16;
const ADMIN_TOKEN_LENGTH_MIN = 16;
const COUNTRY_DEFAULT = "BR";
const MEDIA_HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** Reads all settings from `source`. Throws AppError `bad_config` that lists every mistake with its rule and a fix. */
export function readConfig(source: SettingSource): Config {
  const settings = new Settings(source);
  const config = collect(settings);
  settings.refuseUnknown("LULL_");
  if (settings.mistakes.length > 0) throw badConfig(settings.mistakes);
  return config;
}

function collect(settings: Settings): Config {
  const pauseMinutes = settings.integer("HUMAN_PAUSE_MINUTES", 0, 0, 43_200);
  return {
    host: settings.text("HOST") ?? "127.0.0.1",
    port: settings.integer("PORT", 8787, 0, 65_535),
    isPortGiven: settings.has("PORT"),
    dataDir: settings.text("LULL_DATA_DIR") ?? settings.text("STATE_DIRECTORY")?.split(":")[0] ?? "data",
    publicUrl: settings.url("LULL_PUBLIC_URL"),
    adminToken: settings.secret("LULL_ADMIN_TOKEN", ADMIN_TOKEN_LENGTH_MIN),
    masterKey: readMasterKey(settings),
    defaultCountry: readCountry(settings),
    locale: readLocale(settings),
    logLevel: settings.choice("LULL_LOG_LEVEL", "info", ["debug", "info", "warning", "error"]),
    logFormat: settings.choice("LULL_LOG_FORMAT", "auto", ["auto", "pretty", "json"]),
    silenceMs: settings.integer("MESSAGE_BUFFER_DURATION_MS", 30_000, 100, 600_000),
    sizeMax: settings.integer("MAX_BUFFER_SIZE", 50, 1, 500),
    ageMaxMs: settings.integer("MAX_BUFFER_AGE_MS", 300_000, 100, 3_600_000),
    sweepMs: settings.integer("BUFFER_PROCESSING_INTERVAL_MS", 10_000, 200, 3_600_000),
    providers: { openai: readProvider(settings, "openai"), groq: readProvider(settings, "groq") },
    systemKeys: readSystemKeys(settings),
    isSystemFallbackOn: settings.boolean("AI_SYSTEM_FALLBACK", true),
    modelTimeoutMs: settings.integer("AI_PROCESSING_TIMEOUT_MS", 30_000, 100, 600_000),
    turnsMax: settings.integer("AI_MAX_CONCURRENCY", 16, 1, 1_000),
    connections: [readDefaultConnection(settings)],
    humanPauseMs: pauseMinutes === 0 ? null : pauseMinutes * MINUTE_MS,
    isTypingOn: settings.boolean("CHATWOOT_TYPING_INDICATOR_ENABLED", true),
    answerStatuses: settings.list("CHATWOOT_ANSWER_STATUSES", "pending,open", STATUSES),
    inboxMode: settings.choice("CHATWOOT_INBOX_MODE", "answer", INBOX_MODES),
    qualityThreshold: settings.share("RESPONSE_QUALITY_THRESHOLD", 0.7),
    transcription: {
      model: settings.text("TRANSCRIPTION_MODEL"),
      order: readProviders(settings, "TRANSCRIPTION_PROVIDER_ORDER"),
    },
    sendSettleMs: settings.integer("LULL_SEND_SETTLE_MS", 60_000, 1_000, 3_600_000),
    channels: settings.list("LULL_CHANNELS", CHANNELS_DEFAULT, null),
    mediaHosts: readMediaHosts(settings),
    storage: readStorage(settings),
    upkeep: readUpkeep(settings),
    lockedFlags: readLockedFlags(settings),
  };
}

function readMasterKey(settings: Settings): Uint8Array | null {
  const text = settings.secret("LULL_MASTER_KEY", 1);
  const key = text === null ? null : parseMasterKey(text);
  if (text !== null && key === null) {
    settings.mistake(
      "LULL_MASTER_KEY",
      "must be 32 bytes in base64",
      "make one with: openssl rand -base64 32",
    );
  }
  return key;
}

function readCountry(settings: Settings): string {
  const text = settings.text("LULL_DEFAULT_COUNTRY") ?? COUNTRY_DEFAULT;
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  settings.mistake(
    "LULL_DEFAULT_COUNTRY",
    "must be the two letters of a country",
    `use ${COUNTRY_DEFAULT}, the default`,
  );
  return COUNTRY_DEFAULT;
}

function readLocale(settings: Settings): Locale | null {
  const choice = settings.choice("LULL_LOCALE", "none", ["none", ...LOCALES]);
  return choice === "none" ? null : choice;
}

function readProvider(settings: Settings, provider: HostedProvider): ProviderSettings {
  const name = provider.toUpperCase();
  return { baseUrl: settings.url(`${name}_BASE_URL`), model: settings.text(`${name}_MODEL`) };
}

function readSystemKeys(settings: Settings): SystemKey[] {
  const keys = {
    groq: settings.secret("GROQ_API_KEY", 1),
    openai: settings.secret("OPENAI_API_KEY", 1),
  };
  return readProviders(settings, "AI_PROVIDER_ORDER").flatMap((provider) => {
    const apiKey = keys[provider];
    return apiKey === null ? [] : [{ provider, apiKey }];
  });
}

function readProviders(settings: Settings, name: string): HostedProvider[] {
  return settings.list(name, "groq,openai", PROVIDERS).map((word) => (word === "groq" ? "groq" : "openai"));
}

function readDefaultConnection(settings: Settings): ConnectionSettings {
  return {
    name: DEFAULT_CONNECTION,
    chatwoot: readChatwoot(settings),
    webhookSecret: settings.secret("CHATWOOT_WEBHOOK_SECRET", WEBHOOK_SECRET_LENGTH_MIN),
    webhookPathSecret: settings.secret("CHATWOOT_WEBHOOK_PATH_SECRET", WEBHOOK_SECRET_LENGTH_MIN),
    isPlayground: false,
  };
}

function readChatwoot(settings: Settings): ChatwootSettings | null {
  const baseUrl = settings.url("CHATWOOT_BASE_URL");
  const accountId = settings.integer("CHATWOOT_ACCOUNT_ID", 0, 1, Number.MAX_SAFE_INTEGER);
  const apiToken = settings.secret("CHATWOOT_API_TOKEN", 1);
  const userToken = settings.secret("CHATWOOT_USER_TOKEN", 1);
  const given = {
    CHATWOOT_BASE_URL: baseUrl,
    CHATWOOT_ACCOUNT_ID: accountId || null,
    CHATWOOT_API_TOKEN: apiToken,
  };
  const isWrong = (name: string): boolean => settings.mistakes.some((mistake) => mistake.name === name);
  const missing = Object.entries(given).filter(([name, value]) => value === null && !isWrong(name));
  if (missing.length === Object.keys(given).length && userToken === null) return null;
  for (const [name] of missing) {
    settings.mistake(name, "is needed once any of the CHATWOOT_ connection settings is given", `set ${name}`);
  }
  if (baseUrl === null || apiToken === null) return null;
  return { baseUrl, accountId, apiToken, userToken };
}

/** Names alone: where a redirect may lead is not a matter of paths. */
function readMediaHosts(settings: Settings): string[] {
  if (!settings.has("CHATWOOT_MEDIA_HOSTS")) return [];
  const hosts = settings.list("CHATWOOT_MEDIA_HOSTS", "", null).map((host) => host.toLowerCase());
  if (hosts.every((host) => MEDIA_HOST.test(host))) return hosts;
  settings.mistake(
    "CHATWOOT_MEDIA_HOSTS",
    "must be a comma list of host names, each with its port if it has one of its own",
    "for example files.example.com,bucket.s3.amazonaws.com",
  );
  return [];
}

function readLockedFlags(settings: Settings): Record<string, boolean> {
  const locked: Record<string, boolean> = {};
  for (const { name } of FLAGS) {
    const setting = `LULL_FLAG_${name.toUpperCase()}`;
    const value = settings.boolean(setting, false);
    if (settings.has(setting)) locked[name] = value;
  }
  return locked;
}

function badConfig(mistakes: readonly Mistake[]): AppError {
  const count = mistakes.length === 1 ? "1 setting needs" : `${mistakes.length} settings need`;
  const lines = mistakes.map(({ name, rule, fix }) => `  ${name}\n    ${rule}  → ${fix}`);
  return new AppError("bad_config", `${count} attention\n${lines.join("\n")}\nNothing was started.`);
}
