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

/** What may happen to a read: of a list of messages, of one conversation (`show_…`), or of their list (`conversations_…`). */
export const READ_MODES = [
  "list_down",
  "stale_list",
  "list_html",
  "show_down",
  "conversations_down",
  "conversations_html",
  "conversations_limited",
  /** To a token that sees no inbox for the moment. */
  "conversations_empty",
] as const;
export type ReadMode = (typeof READ_MODES)[number];

/** What may happen to a call that is for colleagues: to a private note, a label, an assignment, a status. */
export const DESK_MODES = {
  note_down: { route: "create", status: 503 },
  /** Stored, then the connection breaks. */
  note_reset: { route: "create", status: null },
  label_refused: { route: "label", status: 401 },
  assign_refused: { route: "assign", status: 404 },
  status_down: { route: "status", status: 503 },
} as const;
export type DeskMode = keyof typeof DESK_MODES;

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
  rooms: Queue<ReadFault>;
  desk: Queue<DeskMode>;
}

/** Empty queues: all goes well. */
export function noFaults(): Faults {
  return { post: new Queue(), list: new Queue(), show: new Queue(), rooms: new Queue(), desk: new Queue() };
}

export function isDeskMode(mode: PostMode | ReadMode | DeskMode): mode is DeskMode {
  return mode in DESK_MODES;
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

  /** The fault of this call if it is one of these; another's waits on. */
  takeIf(isMeant: (fault: Fault) => boolean): Fault | null {
    const next = this.#waiting[0];
    return next !== undefined && isMeant(next.fault) ? this.take() : null;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
