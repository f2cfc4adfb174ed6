// What calls cost by the providers' published standard prices, as far as they are known. Estimates for limits and
// reports, never a bill: discounts, taxes, regional surcharges and what else a provider adds are not in it.

/** When the lists below were last read as a whole; models that came later were added. Later changes are not in them. */
export const PRICES_AS_OF = "2026-09-07";

/** What one call took; null where nobody told. */
export interface PricedUsage {
  /** The whole prompt, with what was read from the provider's cache. */
  inputTokens: number | null;
  /** The part of the input that was read from the cache. Not told: none, the dearer case. */
  cachedTokens?: number | null;
  /** With reasoning tokens, as the providers count them. */
  outputTokens: number | null;
  audioSeconds?: number | null;
}

/** Micro-USD per million tokens; a cache without a price of its own costs what other input costs. */
type TokenPrice = readonly [input: number, cachedInput: number | null, output: number];

interface AudioPrice {
  microUsdPerHour: number;
  /** Shorter audio is billed as if it were this long. */
  secondsMin: number;
}

const MILLION = 1_000_000;
const HOUR_SECONDS = 3_600;

/** Prose takes 4 to 7 bytes a token in OpenAI's o200k_base, JSON 3.7, hurried chat and emoji 2.5, digits and ids 1 to 2. */
const BYTES_PER_TOKEN = 3;
/** Role and separators; the providers say 3 to 4. */
const MESSAGE_TOKENS = 8;
/** A picture as large as lull sends them: OpenAI counts up to 1,536 patches of 32 pixels, times 1.62 for small models. */
const IMAGE_TOKENS = 2_500;
/** What a provider puts before the messages: some models get a preamble of their own. */
const REQUEST_TOKENS = 100;

/** From here on several models charge the whole call at a higher price: lull's own prompts stay far below. */
const LONG_PROMPT_TOKENS = 272_000;

/**
 * developers.openai.com/api/docs/pricing and the models' pages there. From gpt-5.6 on, input that the provider writes to
 * its cache costs a quarter more than is counted here: answers do not tell how much that was.
 */
const OPENAI_TOKENS: readonly (readonly [model: string, ...TokenPrice])[] = [
  ["gpt-6.1-sol", 2_000_000, 100_000, 10_000_000],
  ["gpt-6.1-terra", 1_000_000, 50_000, 5_000_000],
  ["gpt-6-astra", 10_000_000, 1_000_000, 50_000_000],
  ["gpt-6-sol", 2_000_000, 200_000, 10_000_000],
  ["gpt-6-luna", 100_000, 10_000, 500_000],
  // The list price: the lower one of 4 and 20 dollars was promised until 2026-11-21 alone.
  ["gpt-5.6-sol", 5_000_000, 500_000, 30_000_000],
  ["gpt-5.6-terra", 2_000_000, 200_000, 12_000_000],
  ["gpt-5.6-luna", 200_000, 20_000, 1_200_000],
  ["gpt-5.5", 5_000_000, 500_000, 30_000_000],
  ["gpt-5.5-pro", 30_000_000, null, 180_000_000],
  ["gpt-5.4", 2_500_000, 250_000, 15_000_000],
  ["gpt-5.4-mini", 750_000, 75_000, 4_500_000],
  ["gpt-5.4-nano", 200_000, 20_000, 1_250_000],
  ["gpt-5.4-pro", 30_000_000, null, 180_000_000],
  ["gpt-5.2", 1_750_000, 175_000, 14_000_000],
  ["gpt-5.2-pro", 21_000_000, null, 168_000_000],
  ["gpt-5.1", 1_250_000, 125_000, 10_000_000],
  ["gpt-5", 1_250_000, 125_000, 10_000_000],
  ["gpt-5-mini", 250_000, 25_000, 2_000_000],
  ["gpt-5-nano", 50_000, 5_000, 400_000],
  ["gpt-5-pro", 15_000_000, null, 120_000_000],
  ["gpt-4.1", 2_000_000, 500_000, 8_000_000],
  ["gpt-4.1-mini", 400_000, 100_000, 1_600_000],
  ["gpt-4.1-nano", 100_000, 25_000, 400_000],
  ["gpt-4o", 2_500_000, 1_250_000, 10_000_000],
  ["gpt-4o-2024-05-13", 5_000_000, null, 15_000_000],
  ["gpt-4o-mini", 150_000, 75_000, 600_000],
  ["o4-mini", 1_100_000, 275_000, 4_400_000],
  ["o3", 2_000_000, 500_000, 8_000_000],
  ["o3-mini", 1_100_000, 550_000, 4_400_000],
  ["gpt-4o-transcribe", 2_500_000, null, 10_000_000],
  ["gpt-4o-mini-transcribe", 1_250_000, null, 5_000_000],
];

/** console.groq.com/docs/models, and groq.com/pricing for the cache. */
const GROQ_TOKENS: readonly (readonly [model: string, ...TokenPrice])[] = [
  ["openai/gpt-oss-20b", 75_000, 37_500, 300_000],
  ["openai/gpt-oss-120b", 150_000, 75_000, 600_000],
  ["qwen/qwen3.6-27b", 600_000, null, 3_000_000],
  ["qwen/qwen3.8-27b", 800_000, 400_000, 4_000_000],
  // Withdrawn for most accounts in August 2026; the last price.
  ["llama-3.3-70b-versatile", 590_000, null, 790_000],
  ["llama-3.1-8b-instant", 50_000, null, 80_000],
];

const TOKENS: Readonly<Record<string, ReadonlyMap<string, TokenPrice>>> = {
  openai: priceMap(OPENAI_TOKENS),
  groq: priceMap(GROQ_TOKENS),
};

/** The models' own pages, and console.groq.com/docs/speech-to-text. */
const AUDIO: Readonly<Record<string, ReadonlyMap<string, AudioPrice>>> = {
  openai: new Map([
    ["gpt-transcribe", { microUsdPerHour: 270_000, secondsMin: 0 }],
    ["whisper-1", { microUsdPerHour: 360_000, secondsMin: 0 }],
  ]),
  groq: new Map([
    ["whisper-large-v3", { microUsdPerHour: 111_000, secondsMin: 10 }],
    ["whisper-large-v3-turbo", { microUsdPerHour: 40_000, secondsMin: 10 }],
  ]),
};

/**
 * The cost of one call in whole micro-USD, rounded up. Null when the model's price or what it took is unknown, which is
 * not free: only the offline responder is. A model is known by its name, or by that and a date (`gpt-5-mini-2025-08-07`).
 */
export function costMicroUsd(provider: string, model: string, usage: PricedUsage): number | null {
  if (provider === "offline") return 0;
  const audio = priceOf(AUDIO, provider, model);
  if (audio !== null) return audioCost(audio, usage);
  const tokens = priceOf(TOKENS, provider, model);
  return tokens === null ? null : tokenCost(tokens, usage);
}

/** The name of a model where everybody may read it: users name models as they like, and other names than listed ones are `other`. */
export function publicName(provider: string, model: string): string {
  if (provider === "offline") return model;
  return listedName(TOKENS, provider, model) ?? listedName(AUDIO, provider, model) ?? "other";
}

type Prices<Price> = Readonly<Record<string, ReadonlyMap<string, Price>>>;

function priceOf<Price>(table: Prices<Price>, provider: string, model: string): Price | null {
  const name = listedName(table, provider, model);
  return name === null ? null : (table[provider]?.get(name) ?? null);
}

function listedName(table: Prices<unknown>, provider: string, model: string): string | null {
  const prices = Object.hasOwn(table, provider) ? table[provider] : undefined;
  // The whole name first: some dated ones have a price of their own.
  return [model, model.replace(/-\d{4}-\d{2}-\d{2}$/, "")].find((name) => prices?.has(name)) ?? null;
}

function audioCost(
  { microUsdPerHour, secondsMin }: AudioPrice,
  { audioSeconds }: PricedUsage,
): number | null {
  if (audioSeconds == null || !Number.isFinite(audioSeconds) || audioSeconds < 0) return null;
  return Math.ceil((Math.max(audioSeconds, secondsMin) * microUsdPerHour) / HOUR_SECONDS);
}

function tokenCost([input, cachedInput, output]: TokenPrice, usage: PricedUsage): number | null {
  const { inputTokens, outputTokens, cachedTokens = null } = usage;
  if (!isCount(inputTokens) || !isCount(outputTokens) || inputTokens > LONG_PROMPT_TOKENS) return null;
  const cached = isCount(cachedTokens) ? Math.min(cachedTokens, inputTokens) : 0;
  const cost = (inputTokens - cached) * input + cached * (cachedInput ?? input) + outputTokens * output;
  return Math.ceil(cost / MILLION);
}

function isCount(count: number | null): count is number {
  return count !== null && Number.isSafeInteger(count) && count >= 0;
}

function priceMap(
  rows: readonly (readonly [model: string, ...TokenPrice])[],
): ReadonlyMap<string, TokenPrice> {
  return new Map(rows.map(([model, ...price]) => [model, price]));
}

/**
 * About how many tokens a prompt takes, rather too many than too few: for reserving before a call, not for counting after.
 * A prompt that consists of ids, keys or figures may take up to three times as many.
 */
export function estimateTokens(
  messages: readonly { content: string; images?: readonly unknown[] }[],
): number {
  const each = messages.map(
    ({ content, images = [] }) =>
      MESSAGE_TOKENS + Math.ceil(Buffer.byteLength(content) / BYTES_PER_TOKEN) + images.length * IMAGE_TOKENS,
  );
  return each.reduce((sum, tokens) => sum + tokens, REQUEST_TOKENS);
}

/** OpenAI counts ten tokens of input for a second of sound; who speaks fast says four words in it. */
const HEARD_TOKENS_PER_SECOND = 10;
const SPOKEN_TOKENS_PER_SECOND = 8;
/** Of sound whose length is unknown: speech is hardly packed tighter. */
const SOUND_BYTES_PER_SECOND = 1_000;

/** The most that hearing a sound may take; without tokens where time alone is paid for. For reserving before a call. */
export function estimateHearing(
  provider: string,
  model: string,
  { seconds, sizeBytes }: { seconds: number | null; sizeBytes: number },
): PricedUsage {
  const audioSeconds = seconds ?? sizeBytes / SOUND_BYTES_PER_SECOND;
  if (priceOf(AUDIO, provider, model) !== null) return { inputTokens: 0, outputTokens: 0, audioSeconds };
  return {
    inputTokens: Math.ceil(audioSeconds * HEARD_TOKENS_PER_SECOND),
    outputTokens: Math.ceil(audioSeconds * SPOKEN_TOKENS_PER_SECOND),
    audioSeconds,
  };
}
