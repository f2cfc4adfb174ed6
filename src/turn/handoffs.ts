// When people take over from lull, and what they and the customer are told. Nothing is done here: it comes with the end of
// the turn.
import type { ContextStore } from "../db/store-context.ts";
import type { Handoff, TurnResult } from "../db/store-turns.ts";
import { composeReply } from "../delivery/reply.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import type { HandoffSettings } from "../inbox/settings.ts";
import { answerKeyOf } from "./answer-key.ts";
import { handoffNote } from "./handoff-note.ts";
import { asksForPerson } from "./handoff-words.ts";
import { type Language, languageOf } from "./language.ts";
import { type OpenTurn, settingsOf } from "./open-turn.ts";
import type { HandoffReason } from "./outcome.ts";
import { saidIn } from "./sensed.ts";

export interface HandoffsDeps {
  store: Pick<ContextStore, "summary">;
  inboxes: Pick<Inboxes, "of">;
  /** Of customers whose words do not tell theirs. */
  languageDefault: Language;
}

/** What a customer is told who is given to a person. */
const CUSTOMER_TEXTS: Readonly<Record<Language, string>> = {
  en: "I am calling a person. One moment.",
  "pt-BR": "Vou chamar uma pessoa. Um momento.",
  es: "Voy a llamar a una persona. Un momento.",
  fr: "J'appelle une personne. Un instant.",
};

export class Handoffs {
  readonly #deps: HandoffsDeps;

  constructor(deps: HandoffsDeps) {
    this.#deps = deps;
  }

  /** The customer asks for a person in so many words: how the turn ends then; null: nobody asked. */
  async byWords(turn: OpenTurn): Promise<TurnResult | null> {
    const { isByWords, words } = this.#settingsOf(turn);
    return isByWords && asksForPerson(textsOf(turn), words) ? this.announced(turn, "words") : null;
  }

  /** The turn's end where there is nothing else to say: the customer is told that a person comes, if the inbox says so. */
  async announced(turn: OpenTurn, reason: HandoffReason): Promise<TurnResult> {
    const handoff = await this.of(turn, reason, null);
    const answerKey = answerKeyOf(turn.material.messages);
    const { customerText } = this.#settingsOf(turn);
    const text = customerText ?? CUSTOMER_TEXTS[languageOf(textsOf(turn), this.#deps.languageDefault)];
    const parts = composeReply(text, turn.material.conversation.channel);
    if (parts.length === 0) return { kind: "silence", reason: "handed_off", answerKey, handoff };
    return { kind: "reply", parts, answerKey, handoff };
  }

  /** What people take over. `draft`: what lull would have answered; null: nothing. Rejects as the store does. */
  async of(turn: OpenTurn, reason: HandoffReason, draft: string | null): Promise<Handoff> {
    const { label, assigneeId, teamId } = this.#settingsOf(turn);
    const { connectionKey, conversationId } = turn.claim;
    const { userId } = turn.known.identification;
    const summary = await this.#deps.store.summary(connectionKey, conversationId, userId);
    const note = handoffNote({ reason, said: textsOf(turn), draft, summary: summary?.text ?? null });
    return { reason, errand: { kind: "handoff", note, label, assigneeId, teamId } };
  }

  #settingsOf(turn: OpenTurn): HandoffSettings {
    return settingsOf(turn, this.#deps.inboxes).handoff;
  }
}

function textsOf({ material }: OpenTurn): string[] {
  return material.messages.flatMap(saidIn);
}
