// Makes words and pictures of what customers attach, before a model is asked: in order, two at a time, and within a limit,
// so that no turn waits for its attachments beyond it. Who makes what is decided here, how it is done elsewhere.
import type { Attachment } from "../chatwoot/arrival.ts";
import { type Clock, type Deadline, startDeadline } from "../clock.ts";
import type { OwnedLine, TurnClaim, TurnMaterial, TurnMessage } from "../db/store-turns.ts";
import type { Known } from "../identity/parties.ts";
import type { Log } from "../log.ts";
import { Turnstile } from "../media/turnstile.ts";
import type { Hearing } from "./hearing.ts";
import type { Reading } from "./reading.ts";
import type { Seeing } from "./seeing.ts";
import { type Sense, type SensedMessage, unread } from "./sensed.ts";
import { withinBudget } from "./budget.ts";

export interface SensesDeps {
  clock: Clock;
  log: Log;
  hearing: Pick<Hearing, "hear" | "known">;
  seeing: Pick<Seeing, "see">;
  reading: Pick<Reading, "read">;
}

/** An attachment in its place in the turn. */
export interface Attached {
  claim: TurnClaim;
  known: Known;
  message: TurnMessage;
  attachment: Attachment;
  /** Where it stands among the attachments of its message, from 0. */
  position: number;
  /** How many of its kind stand before it in the turn. */
  order: number;
}

/** Of all attachments of a turn together. */
export const SENSING_MAX_MS = 90_000;
const AT_ONCE = 2;

export class Senses {
  readonly #deps: SensesDeps;

  constructor(deps: SensesDeps) {
    this.#deps = deps;
  }

  /** The messages with what was made of their attachments and what they answer. Rejects with the signal's reason, and as the store does. */
  async read(
    claim: TurnClaim,
    { messages, quoted }: Pick<TurnMaterial, "messages" | "quoted">,
    known: Known,
    signal: AbortSignal,
  ): Promise<SensedMessage[]> {
    const attached = attachedTo(messages).map((place) => ({ ...place, claim, known }));
    const time = startDeadline(this.#deps.clock, SENSING_MAX_MS, signal);
    try {
      const pace = new Turnstile(AT_ONCE);
      const sensing = attached.map((place) => this.#sense(place, pace, time));
      const senses = withinBudget(await allOf(sensing));
      return messages.map((message) => ({
        ...message,
        ...quoteOf(message, quoted),
        attachments: attached.flatMap(({ message: of, attachment }, index) =>
          of === message ? [{ ...attachment, sense: senses[index] ?? unread("unsupported") }] : [],
        ),
      }));
    } finally {
      time.clear();
    }
  }

  async #sense(attached: Attached, pace: Turnstile, time: Deadline): Promise<Sense> {
    const sense = await this.#senseInTime(attached, pace, time);
    if (sense.kind !== "unread") return sense;
    const { hearing, log } = this.#deps;
    const { kind } = attached.attachment;
    // Chatwoot may have heard it meanwhile.
    if (kind === "audio") return (await hearing.known(attached)) ?? sense;
    log.event("warning", "attachment.unread", {
      turnId: attached.claim.jobId,
      kind,
      reason: sense.reason,
    });
    return sense;
  }

  async #senseInTime(attached: Attached, pace: Turnstile, time: Deadline): Promise<Sense> {
    try {
      return await pace.pass(() => this.#senseNow(attached, time.signal), time.signal);
    } catch (error) {
      if (!time.expired()) throw error;
      return unread("too_much");
    }
  }

  async #senseNow(attached: Attached, signal: AbortSignal): Promise<Sense> {
    const { hearing, seeing, reading } = this.#deps;
    switch (attached.attachment.kind) {
      case "audio":
        return hearing.hear(attached, signal);
      case "image":
        return seeing.see(attached, signal);
      case "file":
        return reading.read(attached, signal);
      case "location":
      case "contact":
        return { kind: "told" };
      case "video":
      case "other":
      case "text":
        return unread("unsupported");
    }
  }
}

function attachedTo(messages: readonly TurnMessage[]): Omit<Attached, "claim" | "known">[] {
  const counts = new Map<string, number>();
  return messages.flatMap((message) =>
    message.attachments.map((attachment, position) => {
      const order = counts.get(attachment.kind) ?? 0;
      counts.set(attachment.kind, order + 1);
      return { message, attachment, position, order };
    }),
  );
}

function quoteOf({ extra }: TurnMessage, quoted: readonly OwnedLine[]): Pick<SensedMessage, "quote"> {
  const line = quoted.find(({ messageId }) => messageId === extra?.inReplyTo);
  return line === undefined ? {} : { quote: line.content };
}

/** Not before each came to its end, whatever became of the others: none is left behind at work. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
