// Reads server-sent events as a browser does: each with its id, its name and its data.
import type { TestApp } from "../harness/app.ts";
import { ADMIN_TOKEN } from "../harness/app.ts";

export interface SentEvent {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

export interface EventReader {
  status: number;
  headers: Headers;
  events: SentEvent[];
  /** Comments that only keep it open. */
  heartbeatCount: () => number;
  isOver: () => boolean;
  /** Resolves when the stream ends. */
  ended: Promise<void>;
  /** Resolves when an event has come. */
  arrived: Promise<void>;
  close: () => Promise<void>;
}

/** Follows the events of the app; what comes is there after the clock has settled. */
export async function follow(
  app: TestApp,
  query = "",
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const request = new Request(`http://localhost/admin/events${query}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
  });
  const reader = readEvents(await app.handle(request), () => app.clock.touch());
  await app.clock.settle();
  return reader;
}

export function readEvents(answer: Response, touched: () => void): EventReader {
  const events: SentEvent[] = [];
  let text = "";
  let heartbeats = 0;
  let isOver = false;
  const first = Promise.withResolvers<void>();
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const { done, value } = (await reader?.read().catch(() => null)) ?? { done: true, value: undefined };
      touched();
      if (done || value === undefined) break;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventOf(block);
        if (event !== null) events.push(event);
        if (event !== null) first.resolve();
        if (block.startsWith(":")) heartbeats++;
      }
    }
    isOver = true;
  })();
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    heartbeatCount: () => heartbeats,
    isOver: () => isOver,
    ended: reading,
    arrived: first.promise,
    close: async () => {
      await reader?.cancel();
      await reading;
    },
  };
}

function eventOf(block: string): SentEvent | null {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
  const [id, event, data] = [field("id"), field("event"), field("data")];
  if (id === undefined || event === undefined || data === undefined) return null;
  return { id: Number(id), event, data: JSON.parse(data) as Record<string, unknown> };
}
