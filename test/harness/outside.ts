// The world outside a real daemon: a Chatwoot and a model behind loopback sockets, in the test's own process,
// and webhooks that go out as Chatwoot sends them.
import { systemClock } from "../../src/clock.ts";
import { sleep } from "./sleep.ts";
import { AI_TEST_KEY, AiDouble } from "../doubles/ai.ts";
import {
  ChatwootDouble,
  type Delivery,
  type FileOptions,
  type MessageDelivery,
  type SaidExtra,
} from "../doubles/chatwoot.ts";
import { listenChatwoot } from "../doubles/chatwoot-socket.ts";

export const OUTSIDE_SECRET = "test-webhook-secret-0001";
const ACCOUNT_ID = 3;
const USER_TOKEN = "user-token";

/** Chatwoot's own patience with a webhook. */
const WEBHOOK_LIMIT_MS = 5_000;
/** An agent bot's webhook that was answered 429 or 500 comes again; nothing else does. */
const BOT_ATTEMPTS = 3;
const BOT_RETRY_MS = 3_000;

export interface OutsideOptions {
  /** False: no webhooks for lull's own replies. */
  echo?: boolean;
  /** Null: a Chatwoot that does not sign. */
  secret?: string | null;
  /** Waited for after the model, or Chatwoot, did what it was asked and before it says so. */
  beforeModelAnswers?: () => Promise<void>;
  beforeChatwootAnswers?: (request: Request) => Promise<void>;
}

/** What a webhook was answered. */
export interface WebhookAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** A file that a customer sends along. */
export interface AttachedFile extends FileOptions {
  bytes: Uint8Array;
  /** What Chatwoot heard in it. */
  transcript?: string;
}

export interface Said extends MessageDelivery {
  /** Null: no answer within Chatwoot's five seconds. */
  answer: WebhookAnswer | null;
}

export interface Outside extends AsyncDisposable {
  readonly chatwoot: ChatwootDouble;
  readonly ai: AiDouble;
  /** The settings that bring a daemon here. */
  readonly env: Record<string, string>;
  /** Where webhooks go from now on; null: to nobody. */
  lead(address: string | null): void;
  /** The customer writes, and the webhook about it is tried once, as an account's is. */
  say(conversationId: number, text: string, extra?: SaidExtra): Promise<Said>;
  /** Keeps a file at Chatwoot; gives the attachment that names it, in Chatwoot's own shape. */
  attach(file: AttachedFile): Record<string, unknown>;
  /** Tried once. */
  deliver(delivery: Delivery): Promise<WebhookAnswer | null>;
  /** Tried as an agent bot's webhook is; `onRefused` hears of every refusal that it comes back from. */
  deliverAsBot(
    delivery: Delivery,
    onRefused?: (answer: WebhookAnswer) => void,
  ): Promise<WebhookAnswer | null>;
  stop(): Promise<void>;
}

const opened = new Set<Outside>();

/** Closes every outside that is still open: for `afterAll`, whatever happened before. */
export async function endOutside(): Promise<void> {
  await Promise.all([...opened].map((outside) => outside.stop()));
}

/** Opens a Chatwoot and a model; `endOutside`, `stop` or `await using` closes them. */
export async function openOutside(options: OutsideOptions = {}): Promise<Outside> {
  const { echo = true, secret = OUTSIDE_SECRET, beforeModelAnswers, beforeChatwootAnswers } = options;
  const clock = systemClock();
  let leadsTo: string | null = null;
  let attachedCount = 0;
  const ai = new AiDouble();
  const chatwoot = new ChatwootDouble({
    accountId: ACCOUNT_ID,
    userToken: USER_TOKEN,
    echo,
    webhook: {
      url: "http://127.0.0.1/webhooks/chatwoot",
      secret,
      deliver: (request) => post(request, leadsTo),
    },
    now: () => clock.now(),
    delay: (delayMs) => sleep(clock, delayMs),
  });
  const chatwootSocket = await listenChatwoot({
    handle: after(chatwoot.handle.bind(chatwoot), beforeChatwootAnswers),
  });
  const aiSocket = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: after(ai.handle, beforeModelAnswers) });

  async function deliver(delivery: Delivery): Promise<WebhookAnswer | null> {
    try {
      const response = await chatwoot.deliver(delivery);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch {
      return null;
    }
  }

  async function stop(): Promise<void> {
    if (!opened.delete(outside)) return;
    leadsTo = null;
    ai.release();
    await Promise.all([chatwootSocket.stop(), aiSocket.stop(true)]);
  }

  const outside: Outside = {
    chatwoot,
    ai,
    env: {
      CHATWOOT_BASE_URL: chatwootSocket.url,
      CHATWOOT_ACCOUNT_ID: String(ACCOUNT_ID),
      CHATWOOT_API_TOKEN: USER_TOKEN,
      OPENAI_API_KEY: AI_TEST_KEY,
      OPENAI_BASE_URL: `http://127.0.0.1:${aiSocket.port}/v1`,
      ...(secret === null ? {} : { CHATWOOT_WEBHOOK_SECRET: secret }),
    },
    lead(address) {
      leadsTo = address;
    },
    async say(conversationId, text, extra) {
      const delivery = chatwoot.customerSays(conversationId, text, extra);
      return { ...delivery, answer: await deliver(delivery) };
    },
    attach({ bytes, transcript, ...options }) {
      const dataUrl = chatwootSocket.url + chatwoot.addFile(bytes, options);
      return attachment(++attachedCount, dataUrl, bytes.byteLength, transcript);
    },
    deliver,
    async deliverAsBot(delivery, onRefused = () => undefined) {
      for (let attempt = 1; ; attempt++) {
        const answer = await deliver(delivery);
        const comesAgain = answer !== null && (answer.status === 429 || answer.status === 500);
        if (!comesAgain || attempt === BOT_ATTEMPTS) return answer;
        onRefused(answer);
        await sleep(clock, BOT_RETRY_MS);
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
  opened.add(outside);
  return outside;
}

function attachment(
  id: number,
  dataUrl: string,
  sizeBytes: number,
  transcript: string | undefined,
): Record<string, unknown> {
  const heard = transcript === undefined ? {} : { transcribed_text: transcript };
  return {
    id,
    file_type: transcript === undefined ? "file" : "audio",
    account_id: ACCOUNT_ID,
    data_url: dataUrl,
    thumb_url: "",
    file_size: sizeBytes,
    ...heard,
  };
}

async function post(request: Request, leadsTo: string | null): Promise<Response> {
  if (leadsTo === null) throw new TypeError("nobody listens");
  const { pathname } = new URL(request.url);
  const { method, headers } = request;
  const signal = AbortSignal.timeout(WEBHOOK_LIMIT_MS);
  return fetch(`${leadsTo}${pathname}`, { method, headers, body: await request.arrayBuffer(), signal });
}

function after(
  handle: (request: Request) => Promise<Response>,
  wait: (request: Request) => Promise<void> = () => Promise.resolve(),
): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await handle(request);
    await wait(request);
    return response;
  };
}
