// What asks models, over a real store and the vendors' real SDKs; only the network, the clock and the chance are played.
import { NO_TRACING } from "../../src/ai/traces.ts";
import { readFileSync } from "node:fs";
import { type Answer, Asker, type AskedAttempt, type Heard, type Question } from "../../src/ai/asker.ts";
import type { Asking } from "../../src/ai/credential.ts";
import { Credentials, type OpenModelSettings } from "../../src/ai/credentials.ts";
import { openGroqModel, openGroqSpeech } from "../../src/ai/groq.ts";
import { offlineModel } from "../../src/ai/offline.ts";
import { openOpenAiModel, openOpenAiSpeech } from "../../src/ai/openai.ts";
import type { ChatModel } from "../../src/ai/provider.ts";
import type { HostedProvider, SystemKey } from "../../src/config.ts";
import type { Store } from "../../src/db/store.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { MASTER_KEY_BYTES, Sealer } from "../../src/sealing.ts";
import { openRaw, openStore, tempFolder } from "../db/sqlite-pair.ts";
import { AiDouble } from "../doubles/ai.ts";
import type { LoggedEvent } from "../harness/app.ts";
import { ManualClock } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import { oggOpus } from "../harness/sounds.ts";

export const NEVER = new AbortController().signal;
export const MODEL_TIMEOUT_MS = 30_000;
export const REQUEST: Question["request"] = {
  messages: [
    { role: "system", content: "Answer in JSON." },
    { role: "user", content: "bom dia" },
  ],
  outputTokensMax: 2_000,
};

export interface HouseOptions {
  systemKeys?: SystemKey[];
  isSystemFallbackOn?: boolean;
  /** Of the operator's keys. */
  hearingOrder?: HostedProvider[];
  /** Stands between the services and the store. */
  wrapStore?: (store: Store) => Store;
}

export interface UsageRow {
  user_id: string | null;
  credential_id: string | null;
  credential_source: string;
  provider: string;
  model: string;
  step: string;
  subject_id: string;
  reserved_tokens: number;
  reserved_micro_usd: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  audio_seconds: number | null;
  cost_micro_usd: number | null;
  outcome: string | null;
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export async function openHouse({
  systemKeys = [],
  isSystemFallbackOn = true,
  hearingOrder = ["groq", "openai"],
  wrapStore,
}: HouseOptions = {}) {
  const folder = tempFolder();
  const clock = new ManualClock();
  const own = openStore(folder.path);
  const reads: (string | null)[] = [];
  const store = readNoting(wrapStore?.(own) ?? own, reads);
  const ai = new AiDouble({ keys: systemKeys.map(({ apiKey }) => apiKey) });
  const events: LoggedEvent[] = [];
  const log = createLog((level, name, fields) => void events.push({ level, name, fields }));
  const metrics = openMetrics("test");
  const opened: OpenModelSettings[] = [];
  const random = seededRandom(7);
  const shared = { store, clock, random, log, metrics };
  const openModel = (settings: OpenModelSettings): ChatModel => {
    opened.push(settings);
    return modelOpener(ai, clock)(settings);
  };

  const openCredentials = (masterByte = 1): Credentials =>
    new Credentials({
      ...shared,
      sealer: new Sealer(new Uint8Array(MASTER_KEY_BYTES).fill(masterByte), 1, random),
      systemKeys,
      isSystemFallbackOn,
      modelDefaults: { groq: "openai/gpt-oss-20b", openai: "gpt-5.4-mini" },
      openModel,
      openSpeech: ({ provider, ...settings }) =>
        (provider === "groq" ? openGroqSpeech : openOpenAiSpeech)({
          ...settings,
          baseUrl: null,
          fetch: touchingFetch(ai, clock),
        }),
      speechModels: { groq: "whisper-large-v3-turbo", openai: "gpt-4o-mini-transcribe" },
      capabilitiesOf: () => ({ sees: false, obeysSchema: false }),
      offline: offlineModel(),
    });
  const credentials = openCredentials();
  const asker = new Asker({
    ...shared,
    tracing: NO_TRACING,
    credentials,
    modelTimeoutMs: MODEL_TIMEOUT_MS,
    hearingOrder,
  });
  const connectionKey = await own.ensureConnection("here", clock.now());
  const attempts: AskedAttempt[] = [];
  let turns = 0;

  return {
    clock,
    store: own,
    ai,
    events,
    metrics,
    opened,
    attempts,
    /** Whose keys were read from the store, in order. */
    reads,
    credentials,
    /** The same store under another master key. */
    withMasterKey: openCredentials,
    connectionKey,
    addUser: (name = "Ana"): Promise<string> =>
      own.addUser({ name, email: null, connectionKey: null }, clock.now()),
    /** A key the provider knows, kept for the user (null: for the system). Gives its id. */
    async addKey(
      userId: string | null,
      apiKey: string,
      more: { provider?: HostedProvider; priority?: number; model?: string; temperature?: number } = {},
    ): Promise<string> {
      ai.addKey(apiKey);
      const id = await credentials.add(userId, { provider: "groq", apiKey, ...more });
      if (id === null) throw new Error("no such user in this test");
      return id;
    },
    ask(who: Partial<Asking>, signal: AbortSignal = NEVER): Promise<Answer> {
      const question = {
        asking: asking(who),
        connectionKey,
        step: "generate",
        subjectId: `turn-${++turns}`,
        request: REQUEST,
      };
      return asker.ask(question, signal, (attempt) => void attempts.push(attempt));
    },
    choose: (who: Partial<Asking>) => credentials.choose(asking(who), "turn-0"),
    /** Ten seconds of Ogg/Opus, as far as its bytes tell. */
    async hear(who: Partial<Asking>): Promise<Heard> {
      const bytes = oggOpus(10);
      const path = `${folder.path}.ogg`;
      await Bun.write(path, bytes);
      const sound = { path, fileName: "voice.ogg", contentType: "audio/ogg", sizeBytes: bytes.length };
      const purpose = { connectionKey, step: "transcribe", subjectId: `turn-${++turns}` };
      const listening = { ...purpose, asking: asking(who), sound: { ...sound, seconds: 10 } };
      return asker.hear(listening, NEVER, (attempt) => void attempts.push(attempt));
    },
    /** The keys of the candidates, in order: each is asked once. */
    async keysFor(who: Partial<Asking>, of: Credentials = credentials): Promise<string[]> {
      const { candidates } = await of.choose(asking(who), "turn-0");
      const from = ai.asked.length;
      for (const { model } of candidates) await model.complete(REQUEST, NEVER);
      return ai.asked.slice(from).map(({ key }) => key);
    },
    usage(): UsageRow[] {
      using raw = openRaw(folder.path);
      return raw.query<UsageRow, []>("SELECT * FROM ai_usage ORDER BY id").all();
    },
    /** What the timeline keeps. */
    timeline(): { name: string; subject_id: string; detail: unknown }[] {
      using raw = openRaw(folder.path);
      const sql = "SELECT name, subject_id, detail FROM events ORDER BY id";
      const rows = raw.query<{ name: string; subject_id: string; detail: string }, []>(sql).all();
      return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
    },
    /** All that is on the disk. */
    stored: (): string =>
      [folder.path, `${folder.path}-wal`].map((path) => readFileSync(path).toString("latin1")).join("\n"),
    figure: async (name: string): Promise<{ value: number; labels: Record<string, unknown> }[]> =>
      (await metrics.registry.getSingleMetric(name)?.get())?.values ?? [],
    async [Symbol.asyncDispose]() {
      await own.close();
      folder[Symbol.dispose]();
      if (clock.armedCount > 0) throw new Error(`${clock.armedCount} timers are still armed`);
    },
  };
}

export function asking(who: Partial<Asking>): Asking {
  return { senderId: null, ownerId: null, isPlayground: false, ...who };
}

function touchingFetch(ai: AiDouble, clock: ManualClock): AiDouble["fetch"] {
  return (input, init) => {
    clock.touch();
    return ai.fetch(input, init).finally(() => clock.touch());
  };
}

function modelOpener(ai: AiDouble, clock: ManualClock) {
  const fetch = touchingFetch(ai, clock);
  return ({ provider, ...settings }: OpenModelSettings): ChatModel =>
    (provider === "groq" ? openGroqModel : openOpenAiModel)({ ...settings, baseUrl: null, fetch });
}

function readNoting(store: Store, reads: (string | null)[]): Store {
  return {
    ...store,
    credentials(userId) {
      reads.push(userId);
      return store.credentials(userId);
    },
  };
}
