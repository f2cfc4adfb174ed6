// One message of the chat API, answered at once: kept, identified, answered, the answer kept. No buffer, no delivery.
import type { Asker } from "../ai/asker.ts";
import type { CredentialSource } from "../ai/credential.ts";
import { limitReason } from "../ai/limits.ts";
import type { Clock } from "../clock.ts";
import type { ChatStore } from "../db/store-chat.ts";
import type { ContextStore } from "../db/store-context.ts";
import type { HistoryLine } from "../db/store-turns.ts";
import { AppError } from "../errors.ts";
import { type Address, callerAddresses, phoneKeyOf } from "../identity/address.ts";
import type { Known, Parties } from "../identity/parties.ts";
import { type Country, KEY_VERSION } from "../identity/phone.ts";
import type { FoundPassage } from "../db/store-knowledge.ts";
import type { KnowledgeSearch } from "../knowledge/search.ts";
import { takeCode } from "../identity/verification.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { DECISION_SCHEMA } from "./answer-schemas.ts";
import { gatherContext, type UserContext } from "./context.ts";
import { type Decision, readDecision } from "./decision.ts";
import { faultOf } from "./guards.ts";
import { withLessHistory } from "./less-history.ts";
import type { SilenceReason } from "./outcome.ts";
import { buildPrompt, HISTORY_COUNT_MAX } from "./prompt.ts";
import { OUTPUT_TOKENS_MAX } from "./think.ts";
import { replyParts } from "./reply-parts.ts";
import type { SensedMessage } from "./sensed.ts";
import { userContextOf } from "./user-context.ts";

export interface ChatMessage {
  connectionKey: number;
  text: string;
  /** Where the caller had it from: `whatsapp` says that the number is WhatsApp's own. */
  source: string;
  phoneNumber: string | null;
  phoneNumberId: string | null;
  inboxId: number | null;
}

export interface ChatAnswer {
  messageId: string;
  userId: string | null;
  /** Null when it keeps silent. */
  response: string | null;
  /** Why it keeps silent. */
  reason: SilenceReason | null;
  /** Whose key answered; null when no model was asked. */
  credential: CredentialSource | null;
  confidence: number | null;
  intent: string | null;
}

export interface ChatAnswererDeps {
  store: ChatStore & Pick<ContextStore, "knownUser">;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  country: Country;
  parties: Pick<Parties, "of">;
  asker: Pick<Asker, "ask">;
  knowledge: Pick<KnowledgeSearch, "passagesFor">;
}

interface PromptMaterial {
  text: string;
  history: readonly HistoryLine[];
  userContext: UserContext | null;
  passages: readonly FoundPassage[];
  now: number;
}

/** Whoever shows the answer knows where it may lead to. */
const ANY_HOST = ["*"];
const NO_ANSWER = { response: null, credential: null, confidence: null, intent: null } as const;

export class ChatAnswerer {
  readonly #deps: ChatAnswererDeps;

  constructor(deps: ChatAnswererDeps) {
    this.#deps = deps;
  }

  /** Rejects with AppError `no_credential` when nobody's key may answer, and with what store and models reject with. */
  async answer(message: ChatMessage, signal: AbortSignal): Promise<ChatAnswer> {
    const { text } = takeCode(message.text);
    const addresses = callerAddresses(message.phoneNumber, message.source, this.#deps.country);
    const messageId = await this.#keep({ ...message, text }, phoneKeyOf(addresses));
    const known = await this.#identify(messageId, message, addresses);
    const asked = { messageId, userId: known.identification.userId };
    if (text === "") {
      this.#tell(messageId, "empty");
      return { ...asked, ...NO_ANSWER, reason: "empty" };
    }
    try {
      const answer = await this.#ask(messageId, { ...message, text }, { known, addresses }, signal);
      this.#tell(messageId, answer.reason);
      return { ...asked, ...answer };
    } catch (error) {
      const reason = limitReason(error);
      if (reason === null) throw error;
      this.#tell(messageId, reason);
      return { ...asked, ...NO_ANSWER, reason };
    }
  }

  #tell(subjectId: string, reason: SilenceReason | null): void {
    const { log, metrics } = this.#deps;
    if (reason !== null) metrics.silences.inc({ reason });
    const name = reason === null ? "chat.answered" : "chat.silenced";
    log.event("info", name, {
      subjectId,
      reason: reason ?? undefined,
      text: "Request processed successfully",
    });
  }

  #keep({ connectionKey, source, phoneNumber, text }: ChatMessage, phoneKey: string | null): Promise<string> {
    const keyVersion = phoneKey === null ? null : KEY_VERSION;
    const row = { connectionKey, source, phoneNumber, phoneKey, keyVersion, text };
    return this.#deps.store.keepChatMessage(row, this.#deps.clock.now());
  }

  async #identify(
    messageId: string,
    { connectionKey, inboxId, phoneNumberId }: ChatMessage,
    addresses: readonly Address[],
  ): Promise<Known> {
    const { parties, store, log } = this.#deps;
    const asked = { connectionKey, addresses, contactId: null, conversationId: null, subjectId: messageId };
    const known = await parties.of(asked, { inboxId, phoneNumberId });
    const { userId, isVerified, matchedBy } = known.identification;
    if (userId === null) {
      const text = "Could not identify user, proceeding without user_id";
      log.event("warning", "chat.unidentified", { subjectId: messageId, text });
    }
    await store.markChatSender(messageId, { userId, layer: userId === null ? null : matchedBy, isVerified });
    return known;
  }

  async #ask(
    messageId: string,
    { connectionKey, text }: Pick<ChatMessage, "connectionKey" | "text">,
    { known, addresses }: { known: Known; addresses: readonly Address[] },
    signal: AbortSignal,
  ) {
    const { store, clock, asker, knowledge } = this.#deps;
    const { asking } = known;
    const purpose = { asking, connectionKey, step: "chat", subjectId: messageId };
    const all = await store.chatHistory(messageId, HISTORY_COUNT_MAX);
    // Nothing that is asked here belongs to a conversation of Chatwoot's: it has passages once nothing is left out.
    const passages =
      (await knowledge.passagesFor(asking, text, { connectionKey, conversationId: null })) ?? [];
    const userContext = await userContextOf(known, addresses, store);
    const answered = await withLessHistory(all, (history) => {
      const messages = promptOf({ text, history, userContext, passages, now: clock.now() });
      return asker.ask(
        { ...purpose, request: { messages, answer: DECISION_SCHEMA, outputTokensMax: OUTPUT_TOKENS_MAX } },
        signal,
        () => {},
      );
    });
    const decision = readDecision(answered.text);
    const { confidence, intent } = decision;
    const { response, reason } = speak(decision);
    if (response !== null) await store.keepChatAnswer(messageId, response, clock.now());
    return { response, reason, credential: answered.source, confidence, intent };
  }
}

function promptOf({ text, history, userContext, passages, now }: PromptMaterial) {
  const message: SensedMessage = {
    messageId: 0,
    content: text,
    kind: "text",
    attachments: [],
    receivedAt: now,
    extra: null,
  };
  const messages = [message];
  const context = gatherContext({
    messages,
    history,
    firstAt: now,
    lastAt: now,
    summary: null,
    userContext,
  });
  return buildPrompt({ messages, context, passages, houseText: null, actions: [], style: "free" }).messages;
}

function speak({ shouldRespond, content }: Decision): Pick<ChatAnswer, "response" | "reason"> {
  if (!shouldRespond) return { response: null, reason: "model_silent" };
  const response = replyParts(content, null, ANY_HOST).join("\n\n");
  if (faultOf(response) !== null)
    throw new AppError("ai_bad_answer", "the model's answer holds what no customer may see", {
      retryable: true,
    });
  return response === "" ? { response: null, reason: "empty" } : { response, reason: null };
}
