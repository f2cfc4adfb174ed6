// Makes words of customers' voice notes: fetches each, has it listened to by whoever's key may, and keeps what was heard
// at once, so that no attempt pays for it again. That nothing ever will be heard is kept, too; any other failure is not.
import type { Heard } from "../ai/asker.ts";
import { SOUND_BYTES_MAX, type Sound } from "../ai/speech.ts";
import { attachmentKeyOf } from "../chatwoot/attachments.ts";
import { pause } from "../clock.ts";
import type { AudioEnd, AudioFacts, AudioPlace, AudioStore } from "../db/store-audio.ts";
import type { FlagSubject } from "../db/store-flags.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import type { Log } from "../log.ts";
import { type AttachmentFile, type AttachmentFiles, unfetchedReason } from "./attachment-files.ts";
import { flagSubject } from "./open-turn.ts";
import type { Attached } from "./senses.ts";
import { type Sense, type UnreadReason, unread } from "./sensed.ts";
import { soundOf } from "./sound.ts";
import { transcriptNote } from "./transcript-note.ts";
import { TurnAsker, type TurnAskerDeps } from "./turn-asker.ts";

export interface HearingDeps extends TurnAskerDeps {
  store: TurnAskerDeps["store"] & AudioStore;
  files: Pick<AttachmentFiles, "bring">;
  log: Log;
  /** Whether colleagues get to read in a note what was heard. */
  isNoting: (subject: FlagSubject) => boolean;
  /** A note waits to be written. */
  onNote: () => void;
}

/** Of one turn; those that come after are named. */
export const AUDIO_COUNT_MAX = 10;

/** A key that waits out a limit for no longer is asked once more; the customer waits meanwhile. */
const LIMIT_WAIT_MAX_MS = 20_000;

const NOTHING_KNOWN: AudioFacts = {
  durationSeconds: null,
  sizeBytes: null,
  contentType: null,
  sha256: null,
  provider: null,
  model: null,
};
/** What becomes of a turn that nobody's model heard a part of. */
const UNHEARD: Partial<Record<ErrorCode, UnreadReason>> = {
  no_credential: "no_model",
  ai_refused: "no_model",
  rate_limited: "no_model",
  spend_ceiling: "no_model",
  ai_unavailable: "unavailable",
  ai_bad_answer: "unavailable",
};

export class Hearing {
  readonly #deps: HearingDeps;

  constructor(deps: HearingDeps) {
    this.#deps = deps;
  }

  /** What an audio says, or why nobody could tell. Rejects with the signal's reason, and as the store does. */
  async hear(attached: Attached, signal: AbortSignal): Promise<Sense> {
    const known = await this.known(attached);
    if (known !== null) return known;
    return attached.order < AUDIO_COUNT_MAX ? this.#listen(attached, signal) : unread("too_much");
  }

  /** The same of what costs nothing: Chatwoot's own transcript, or how an earlier attempt ended. Null: neither is there. */
  async known(attached: Attached): Promise<Sense | null> {
    const { transcript } = attached.attachment;
    if (transcript !== null) return heard(transcript);
    const { end, told } = await this.#deps.store.audioNews(placeOf(attached));
    if (told !== null) return heard(told);
    return end === null ? null : senseOf(end);
  }

  async #listen(attached: Attached, signal: AbortSignal): Promise<Sense> {
    const { url } = attached.attachment;
    if (url === null) return this.#fail(attached, "unavailable");
    try {
      return await this.#patiently(() => this.#listenOnce(attached, url, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = unfetchedReason(error) ?? unheardReason(error);
      if (reason === null) throw error;
      return reason === "too_large"
        ? this.#giveUp(attached, reason, NOTHING_KNOWN)
        : this.#fail(attached, reason);
    }
  }

  /** The file waits for nobody: it is fetched anew. */
  async #patiently(listen: () => Promise<Sense>, signal: AbortSignal): Promise<Sense> {
    try {
      return await listen();
    } catch (error) {
      const waitMs = limitWaitMs(error);
      if (waitMs === null || waitMs > LIMIT_WAIT_MAX_MS) throw error;
      await pause(this.#deps.clock, waitMs, signal);
      return listen();
    }
  }

  async #listenOnce(attached: Attached, url: string, signal: AbortSignal): Promise<Sense> {
    const { connectionKey } = attached.claim;
    const order = { connectionKey, url, bytesMax: SOUND_BYTES_MAX };
    using file = await this.#deps.files.bring(order, signal);
    const sound = await soundOf(file);
    return typeof sound === "string"
      ? await this.#giveUp(attached, sound, factsOf(file))
      : await this.#ask(attached, file, sound, signal);
  }

  async #ask(attached: Attached, file: AttachmentFile, sound: Sound, signal: AbortSignal): Promise<Sense> {
    const asker = new TurnAsker(attached.claim, attached.known.asking, this.#deps);
    try {
      const said = await asker.hear("transcribe", sound, signal);
      // First of all that follows: whatever fails then, this is not paid for again.
      const sense = await this.#keep(attached, file, sound, said);
      await asker.record();
      return sense;
    } catch (error) {
      // The failure itself says more than that its steps could not be written down.
      await asker.record().catch(() => {});
      throw error;
    }
  }

  async #keep(attached: Attached, file: AttachmentFile, sound: Sound, said: Heard): Promise<Sense> {
    const { text: transcript, language, provider, model, audioSeconds } = said;
    const durationSeconds = audioSeconds ?? sound.seconds;
    const facts = { ...factsOf(file), durationSeconds, provider, model };
    if (transcript === "") return this.#giveUp(attached, "unreadable", facts);
    const { store, clock, log, isNoting, onNote } = this.#deps;
    const note = isNoting(flagSubject(attached)) ? transcriptNote(transcript, durationSeconds) : null;
    const { jobKey, jobId: turnId } = attached.claim;
    const end = { status: "heard", transcript, language } as const;
    await store.keepAudio(placeOf(attached), { end, facts, note, jobKey }, clock.now());
    log.event("info", "audio.heard", { turnId, provider, durationSeconds });
    if (note !== null) onNote();
    return heard(transcript);
  }

  /** For good: nobody will hear anything in it. */
  async #giveUp(
    attached: Attached,
    reason: Extract<AudioEnd, { status: "unreadable" }>["reason"],
    facts: AudioFacts,
  ): Promise<Sense> {
    const { jobKey } = attached.claim;
    const audio = { end: { status: "unreadable", reason }, facts, note: null, jobKey } as const;
    await this.#deps.store.keepAudio(placeOf(attached), audio, this.#deps.clock.now());
    return this.#fail(attached, reason);
  }

  #fail({ claim }: Attached, reason: UnreadReason): Sense {
    this.#deps.log.event("warning", "audio.unread", { turnId: claim.jobId, reason });
    return unread(reason);
  }
}

function placeOf({ claim, message, attachment, position }: Attached): AudioPlace {
  const { connectionKey, conversationId } = claim;
  const attachmentKey = attachmentKeyOf(attachment, position);
  return { connectionKey, conversationId, messageId: message.messageId, attachmentKey };
}

function factsOf({ sizeBytes, contentType, sha256 }: AttachmentFile): AudioFacts {
  return { ...NOTHING_KNOWN, sizeBytes, contentType, sha256 };
}

/** Null: no key waits out a limit, or nobody says how long. */
function limitWaitMs(error: unknown): number | null {
  return error instanceof AppError && error.code === "ai_unavailable" ? (error.retryAfterMs ?? null) : null;
}

function unheardReason(error: unknown): UnreadReason | null {
  return error instanceof AppError ? (UNHEARD[error.code] ?? null) : null;
}

function senseOf(end: AudioEnd): Sense {
  return end.status === "heard" ? heard(end.transcript) : unread(end.reason);
}

function heard(transcript: string): Sense {
  return { kind: "heard", transcript };
}
