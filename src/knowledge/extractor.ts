// Reads files in a thread of its own, one after another, so that webhooks are answered meanwhile. The thread is ended with
// its file: whatever a file does to it, by time, by memory or by a crash, costs that file alone.
import { type Clock, startDeadline, type Timer } from "../clock.ts";
import { AppError } from "../errors.ts";
import {
  type ExtractedText,
  type ExtractLimits,
  type TextKind,
  unreadable,
  type UnreadableReason,
} from "./extracted.ts";

/** What the thread is asked, once. */
export interface ExtractRequest {
  kind: TextKind;
  bytes: Uint8Array;
  limits: ExtractLimits;
}

/** What it answers; an error keeps nothing but its reason on the way. */
export type ExtractAnswer = { extracted: ExtractedText } | { reason: UnreadableReason };

export interface ExtractorDeps {
  clock: Clock;
  /** Starts the thread of src/upkeep/worker.ts. */
  openWorker: () => Worker;
  /** Memory that the process holds now. */
  residentBytes: () => number;
  /** Other limits than the usual ones. */
  timeMaxMs?: number;
  memoryMaxBytes?: number;
}

/** The largest files that are allowed take a few seconds on a small machine. */
const TIME_MAX_MS = 30_000;
/** How much the process may grow while a file is read. Runtimes know no limit for one thread. */
const MEMORY_MAX_BYTES = 512 * 1024 * 1024;
const MEMORY_LOOK_MS = 25;
/** Each of them holds its bytes. */
const WAITING_MAX = 4;

export class Extractor {
  readonly #deps: ExtractorDeps;
  readonly #stop = new AbortController();
  #waitingCount = 0;
  /** Resolves when the last one to come has been read, well or not. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: ExtractorDeps) {
    this.#deps = deps;
  }

  /**
   * The text of `bytes`, which stay the caller's. Throws AppError `unreadable_file` with the reason; `busy` when too many
   * wait already; what `signal` was aborted with.
   */
  async extractText(
    kind: TextKind,
    bytes: Uint8Array,
    limits: ExtractLimits,
    signal: AbortSignal,
  ): Promise<ExtractedText> {
    if (bytes.length > limits.bytesMax) throw unreadable("too_large");
    if (this.#waitingCount >= WAITING_MAX) throw busy();
    this.#waitingCount++;
    const before = this.#last;
    const read = before.then(() => this.#read({ kind, bytes, limits }, signal));
    this.#last = read.catch(() => null);
    return read.finally(() => this.#waitingCount--);
  }

  /** Ends the thread; what waits is refused. May be called twice. */
  async stop(): Promise<void> {
    this.#stop.abort(new AppError("stopping", "lull is stopping."));
    await this.#last;
  }

  async #read(request: ExtractRequest, signal: AbortSignal): Promise<ExtractedText> {
    const { clock, openWorker, timeMaxMs = TIME_MAX_MS } = this.#deps;
    const either = AbortSignal.any([signal, this.#stop.signal]);
    either.throwIfAborted();
    const deadline = startDeadline(clock, timeMaxMs, either);
    const memory = this.#watchMemory();
    const worker = openWorker();
    try {
      return await Promise.race([ask(worker, request), memory.exceeded, expiry(deadline.signal, either)]);
    } finally {
      worker.terminate();
      memory.timer().cancel();
      deadline.clear();
    }
  }

  #watchMemory(): { exceeded: Promise<never>; timer: () => Timer } {
    const { clock, residentBytes, memoryMaxBytes = MEMORY_MAX_BYTES } = this.#deps;
    const { promise: exceeded, reject } = Promise.withResolvers<never>();
    const atStart = residentBytes();
    const look = (): Timer =>
      clock.setTimer(MEMORY_LOOK_MS, () => {
        if (residentBytes() - atStart > memoryMaxBytes) reject(unreadable("too_much_memory"));
        else timer = look();
      });
    let timer = look();
    return { exceeded, timer: () => timer };
  }
}

/** The thread's answer. A thread that ends without one has crashed. */
async function ask(worker: Worker, request: ExtractRequest): Promise<ExtractedText> {
  const { promise, resolve, reject } = Promise.withResolvers<ExtractAnswer>();
  worker.addEventListener("message", ({ data }: MessageEvent<ExtractAnswer>) => resolve(data));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    reject(unreadable("crashed"));
  });
  worker.addEventListener("close", () => reject(unreadable("crashed")));
  const bytes = request.bytes.slice();
  worker.postMessage({ ...request, bytes }, [bytes.buffer]);
  const answer = await promise;
  if ("reason" in answer) throw unreadable(answer.reason);
  return answer.extracted;
}

/** Rejects when the time is over, or with whatever else ended the work. */
function expiry(limit: AbortSignal, ended: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  limit.addEventListener("abort", () => reject(ended.aborted ? ended.reason : unreadable("too_slow")), {
    once: true,
  });
  return promise;
}

function busy(): AppError {
  return new AppError("busy", "Too many files are being read.", {
    retryable: true,
    retryAfterMs: TIME_MAX_MS,
  });
}
