// Reasons to keep silent that lie in the inbox and in how the talk went, and not with people: asked before anything is read.
import { isGroupAddress } from "../chatwoot/group-address.ts";
import type { Clock } from "../clock.ts";
import type { TurnClaim, TurnMaterial, TurnResult } from "../db/store-turns.ts";
import type { Talk, TalkStore } from "../db/store-talk.ts";
import { awayText } from "../inbox/away-text.ts";
import { answersFrom, isAnswering } from "../inbox/hours.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import type { BusinessHours } from "../inbox/settings.ts";
import { answerKeyOf } from "./answer-key.ts";
import { type Language, languageOf } from "./language.ts";
import { LOOP_SPAN_MS, loopNote, loopOf, REPEATS_MAX } from "./loops.ts";
import type { SilenceReason } from "./outcome.ts";

export interface MannersDeps {
  store: TalkStore;
  clock: Clock;
  inboxes: Pick<Inboxes, "of" | "isBlocked">;
  /** Of customers whose words do not tell theirs. */
  languageDefault: Language;
}

export class Manners {
  readonly #deps: MannersDeps;

  constructor(deps: MannersDeps) {
    this.#deps = deps;
  }

  /** How the turn ends without a model; null: it goes on. */
  async hold(
    { connectionKey, jobKey }: Pick<TurnClaim, "connectionKey" | "jobKey">,
    { inboxId, messages }: Pick<TurnMaterial, "inboxId" | "messages">,
  ): Promise<TurnResult | null> {
    const { store, clock, inboxes } = this.#deps;
    const { groups, hours, answersPerHourMax } = inboxes.of(connectionKey, inboxId);
    const now = clock.now();
    const talk = await store.talkBefore(jobKey, now - LOOP_SPAN_MS, REPEATS_MAX - 1);
    const { sourceId, identifier } = talk.sender;
    if (groups === "ignore" && [sourceId, identifier].some(isGroupAddress)) return silence("group");
    if (inboxes.isBlocked(connectionKey, inboxId, () => talk.sender)) return silence("blocklist");
    if (hours !== null && !isAnswering(hours, now)) return this.#away(hours, messages, talk, now);
    const loop = loopOf(messages, talk, answersPerHourMax);
    if (loop === null) return null;
    return {
      ...silence("loop"),
      pause: { by: "loop", byName: null, until: now + LOOP_SPAN_MS },
      errands: [{ kind: "note", text: loopNote(loop, answersPerHourMax) }],
    };
  }

  /** Who writes while the shop is closed is told so once, until it has been open again. */
  #away(hours: BusinessHours, messages: TurnMaterial["messages"], talk: Talk, now: number): TurnResult {
    const isTold = hours.answer === "inside" && hours.isCustomerTold && !wasTold(hours, talk.awayToldAt, now);
    if (!isTold) return silence("outside_hours");
    const texts = messages.map(({ content }) => content ?? "");
    const from = answersFrom(hours, now);
    const text = awayText(languageOf(texts, this.#deps.languageDefault), {
      from,
      now,
      timeZone: hours.timeZone,
    });
    return { kind: "reply", parts: [text], answerKey: answerKeyOf(messages), notice: "outside_hours" };
  }
}

function wasTold(hours: BusinessHours, toldAt: number | null, now: number): boolean {
  if (toldAt === null) return false;
  const openedAt = answersFrom(hours, toldAt);
  return openedAt === null || openedAt > now;
}

function silence(reason: SilenceReason): Extract<TurnResult, { kind: "silence" }> {
  return { kind: "silence", reason };
}
