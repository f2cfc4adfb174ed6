// A playground without a daemon: messages in memory, a clock moved by hand, webhooks kept instead of handled.
import type { Clock } from "../../src/clock.ts";
import { PlaygroundChatwoot } from "../../src/playground/chatwoot.ts";
import type {
  NewPlaygroundMessage,
  PlaygroundMessage,
  PlaygroundMessages,
} from "../../src/playground/chatwoot.ts";
import { Playground } from "../../src/playground/playground.ts";
import type { PlaygroundInsight } from "../../src/playground/state.ts";
import type { Random } from "../../src/random.ts";

export const STAGE_START = Date.parse("2026-06-18T13:05:02.000Z");
export const WEBHOOK_SECRET = "a-secret-of-the-stage";
export const TOKEN = "token-of-the-stage";

export const INSIGHT: PlaygroundInsight = {
  responder: "offline",
  model: "offline",
  bootedAt: "2026-06-18T13:00:00.000Z",
  pid: 4711,
  isProcessingOn: true,
  silenceMs: 30_000,
  ageMaxMs: 300_000,
  sizeMax: 50,
  buffer: null,
  turn: null,
  delivery: null,
  pause: null,
  steps: [],
};

export interface Webhook {
  url: string;
  headers: Headers;
  raw: string;
  /** Chatwoot's own shape. */
  body: Record<string, unknown>;
}

export function openStage() {
  const clock = handClock();
  const messages = memoryMessages();
  const webhooks: Webhook[] = [];
  const done: string[] = [];
  const chatwoot = new PlaygroundChatwoot({ messages, token: TOKEN, clock });
  const playground = new Playground({
    chatwoot,
    webhookSecret: WEBHOOK_SECRET,
    async deliver(request) {
      const raw = await request.text();
      webhooks.push({ url: request.url, headers: request.headers, raw, body: JSON.parse(raw) });
      return Response.json({ success: true, action: webhooks.length === 1 ? "buffered" : "duplicate" });
    },
    insight: async () => INSIGHT,
    restart: () => done.push("restart"),
    answerNow: async () => void done.push("answer-now"),
    resume: async () => void done.push("resume"),
    clock,
    random: countingRandom(),
  });
  return { clock, messages, chatwoot, playground, webhooks, done };
}

/** One call of lull's client; `token` null leaves the header out. */
export function apiCall(path: string, body?: unknown, token: string | null = TOKEN): Request {
  return new Request(`http://playground.example/api/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...(token === null ? {} : { api_access_token: token }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export const CONVERSATION = "accounts/1/conversations/1";

function memoryMessages(): PlaygroundMessages {
  const rows: PlaygroundMessage[] = [];
  let status = "pending";
  return {
    async add(message: NewPlaygroundMessage) {
      return rows.push({ ...message, id: rows.length + 1 });
    },
    list: async (afterId, limit) => rows.filter((row) => row.id > afterId).slice(0, limit),
    latest: async (limit) => rows.slice(-limit),
    async setStatus(next) {
      status = next;
    },
    status: async () => status,
  };
}

function handClock(): Clock & { tick(ms: number): void } {
  let passedMs = 0;
  const timers = new Map<() => void, number>();
  return {
    now: () => STAGE_START + passedMs,
    monotonic: () => passedMs,
    setTimer(delayMs, fire) {
      timers.set(fire, passedMs + delayMs);
      return { cancel: () => void timers.delete(fire) };
    },
    tick(ms) {
      passedMs += ms;
      for (const [fire, atMs] of timers) {
        if (atMs > passedMs) continue;
        timers.delete(fire);
        fire();
      }
    },
  };
}

function countingRandom(): Random {
  let count = 0;
  return {
    uuid: () => `00000000-0000-7000-8000-${String((count += 1)).padStart(12, "0")}`,
    fraction: () => 0.5,
    bytes: (length) => new Uint8Array(length),
  };
}
