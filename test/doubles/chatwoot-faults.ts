// The double's bad days, each for a number of calls: what to do with the next POST of a message, the next read.

/** What may happen to a public message that is posted; `accept` is a good day. */
export const POST_MODES = {
  accept: { accepted: true, status: 200 },
  /** Stored, but the answer says otherwise. */
  accept_500: { accepted: true, status: 500 },
  /** Stored, then the connection breaks. */
  accept_reset: { accepted: true, status: null },
  /** A 504 at once, stored only later: the request itself did nothing yet. */
  accept_late: { accepted: false, status: 504 },
  /** Stored, answered by `{}`. */
  no_id_200: { accepted: true, status: 200 },
  reject_404: { accepted: false, status: 404 },
  reject_422: { accepted: false, status: 422 },
  too_many: { accepted: false, status: 422 },
  rate_limited: { accepted: false, status: 429 },
  reject_500: { accepted: false, status: 500 },
  /** Not stored: a page of something in between. */
  html_200: { accepted: false, status: 200 },
  /** Not stored, and no answer before the caller gives up. */
  hang: { accepted: false, status: null },
} as const;
export type PostMode = keyof typeof POST_MODES;

/** What may happen to a read: of the list, or (`show_down`) of the conversation. */
export const READ_MODES = ["list_down", "stale_list", "list_html", "show_down"] as const;
export type ReadMode = (typeof READ_MODES)[number];

export interface PostFault {
  mode: PostMode;
  /** How long after the answer `accept_late` stores, in ms. */
  delayMs: number;
}

export interface ReadFault {
  mode: ReadMode;
  /** `stale_list` shows nothing above this id. */
  lastShownId: number;
}

export interface Faults {
  post: Queue<PostFault>;
  list: Queue<ReadFault>;
  show: Queue<ReadFault>;
}

/** Three empty queues: all goes well. */
export function noFaults(): Faults {
  return { post: new Queue(), list: new Queue(), show: new Queue() };
}

export function isPostMode(mode: PostMode | ReadMode): mode is PostMode {
  return mode in POST_MODES;
}

/** Faults in the order they were asked for, each for `count` calls. */
export class Queue<Fault> {
  readonly #waiting: { fault: Fault; count: number }[] = [];

  add(fault: Fault, count: number): void {
    this.#waiting.push({ fault, count });
  }

  /** The fault of this call, null when none is due. */
  take(): Fault | null {
    const next = this.#waiting[0];
    if (next === undefined) return null;
    next.count -= 1;
    if (next.count <= 0) this.#waiting.shift();
    return next.fault;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
