// The timeline as server-sent events: every reader takes what comes after the last event it has seen, at its own pace.
// The rows are the truth: a reader that is gone for a while goes on from its last id, and misses nothing.
import type { Clock } from "../clock.ts";
import type { EventFilter, EventStore } from "../db/store-events.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import { present } from "./admin-lists.ts";
import { ANSWER_HEADERS } from "./answers.ts";
import { allowSilence } from "./patience.ts";

export interface EventStreamsDeps {
  store: EventStore;
  clock: Clock;
}

export interface Followed {
  /** The last event that the reader has seen; null: it wants to see those from now on. */
  lastEventId: number | null;
  filter: EventFilter;
}

const READERS_MAX = 20;
/** Rows that are sent at once, and so the most that wait for a slow reader: some 300 bytes each. */
const BATCH_COUNT = 100;
/** How often a reader that has seen everything looks again. */
const POLL_MS = 500;
/** Proxies close what is silent for longer. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is let go; it goes on later by its last id. */
const SLOW_SECONDS = 60;
const RECONNECT_MS = 3_000;

export class EventStreams {
  readonly #deps: EventStreamsDeps;
  readonly #readers = new Set<AbortController>();

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
  }

  /** Throws AppError `busy` where there are too many readers. */
  open(followed: Followed, request: Request, server: unknown): Response {
    if (this.#readers.size >= READERS_MAX)
      throw new AppError("busy", `At most ${READERS_MAX} readers follow the events at once.`, {
        fix: "Close one that is not needed.",
        retryable: true,
        retryAfterMs: RECONNECT_MS,
      });
    const end = new AbortController();
    this.#readers.add(end);
    end.signal.addEventListener("abort", () => this.#readers.delete(end));
    request.signal.addEventListener("abort", () => end.abort());
    const pieces = this.#pieces(followed, end.signal);
    const keepOpen = (): void => allowSilence(server, request, SLOW_SECONDS);
    return new Response(streamOf(pieces, end, keepOpen), { headers: HEADERS });
  }

  /** Every reader is told that it is over, and a new one that comes is one of the next process. */
  stop(): void {
    for (const end of this.#readers) end.abort();
  }

  async *#pieces({ lastEventId, filter }: Followed, signal: AbortSignal): AsyncGenerator<string> {
    const { store, clock } = this.#deps;
    yield `retry: ${RECONNECT_MS}\n\n`;
    const { afterId, gap } = startOf(lastEventId, await store.eventSpan());
    if (gap !== null) yield gap;
    let lookedThrough = afterId;
    let spokeAt = clock.monotonic();
    while (!signal.aborted) {
      const { events, throughId } = await store.eventsAfter(lookedThrough, filter, BATCH_COUNT);
      lookedThrough = throughId;
      const isSilent = clock.monotonic() - spokeAt >= HEARTBEAT_MS;
      if (events.length > 0 || isSilent) {
        spokeAt = clock.monotonic();
        yield events.length > 0 ? events.map(eventText).join("") : ":\n\n";
      } else await pause(clock, POLL_MS, signal);
    }
  }
}

const HEADERS = {
  ...ANSWER_HEADERS,
  "content-type": "text/event-stream; charset=utf-8",
  // Nginx would wait for a buffer to be full.
  "x-accel-buffering": "no",
};

/** Nothing is made before its reader wants it: a slow one holds up nobody, and little waits for it. */
function streamOf(
  pieces: AsyncGenerator<string>,
  end: AbortController,
  keepOpen: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        keepOpen();
        const { done, value } = await pieces.next().catch((error: unknown) => {
          // Nobody cancels a stream that broke: its place would be taken for ever.
          end.abort();
          throw error;
        });
        if (!done) return controller.enqueue(encoder.encode(value));
        end.abort();
        controller.close();
      },
      cancel: () => end.abort(),
    },
    { highWaterMark: 0 },
  );
}

/** Where a reader begins; `gap` tells one that what it has not seen is partly forgotten. */
function startOf(
  lastEventId: number | null,
  span: { firstId: number; lastId: number } | null,
): { afterId: number; gap: string | null } {
  const { firstId, lastId } = span ?? { firstId: 1, lastId: 0 };
  if (lastEventId === null) return { afterId: lastId, gap: null };
  const isKnown = lastEventId >= firstId - 1 && lastEventId <= lastId;
  if (isKnown) return { afterId: lastEventId, gap: null };
  const afterId = firstId - 1;
  return { afterId, gap: message(afterId, "gap", { lastEventId, nextId: firstId }) };
}

function eventText(row: Row): string {
  return message(Number(row["id"]), String(row["name"]), present(row));
}

function message(id: number, name: string, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Until the time is over, or the reader is gone. */
async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const over = Promise.withResolvers<void>();
  const timer = clock.setTimer(delayMs, over.resolve);
  signal.addEventListener("abort", () => over.resolve(), { once: true });
  await over.promise;
  timer.cancel();
}
