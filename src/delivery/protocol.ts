// What becomes of one reply, or of a message that answers nothing: intent → look → send with a marker → settle (docs/sending.md).
// Every step is durable before the next begins; a send of unknown fate is looked up, never repeated blindly.
import type { ChatwootApi, ListedMessage, SendOutcome, TemplateParams } from "../chatwoot/api.ts";
import { type Clock, startDeadline } from "../clock.ts";
import type { Errand } from "../db/store-errands.ts";
import type { DeliveryClaim, DeliverySettlement, DeliveryStore } from "../db/store-deliveries.ts";
import type { Armed } from "../db/store-intake.ts";
import type { EndRules } from "../db/store-turns.ts";
import { AppError } from "../errors.ts";
import type { HandoffSettings } from "../inbox/settings.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Random } from "../random.ts";
import {
  type Look,
  type Verdict,
  findProof,
  judge,
  judgeNotification,
  otherReplies,
  readLook,
  readMessages,
} from "./look.ts";
import { nextLookAt, tryAgainMs } from "./schedule.ts";

/** Most time for reading the conversation and its messages. */
const LOOK_LIMIT_MS = 15_000;
/** Most time for one POST: beyond Chatwoot's own 15 s, after which its fate is unknown. */
const SEND_LIMIT_MS = 20_000;
/** POSTs of one delivery before it is failed. */
const SENDS_PER_DELIVERY_MAX = 5;
/** Age at which a reply is no longer worth sending: WhatsApp's window, less five minutes. */
const AGE_MAX_MS = (24 * 60 - 5) * 60_000;
/** Told to the people of the conversation when lull gives a reply up. */
const HANDOVER_NOTE =
  "lull could not deliver its reply here and leaves this conversation to you. The reason is at /admin/outbox.";

export interface SendDeps {
  store: DeliveryStore;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  settleMs: number;
  answerStatuses: readonly string[];
  rules: (now: number) => EndRules;
  /** How people are called in an inbox. */
  handoffOf: (connectionKey: number, inboxId: number | null) => HandoffSettings;
  isProcessingOn: () => boolean;
  /** The Chatwoot of a connection; null when it has no tokens. */
  chatwootOf: (connectionKey: number) => ChatwootApi | null;
  /** Takes messages that no webhook brought, a customer's or a person's, as if one had. */
  adopt: (connectionKey: number, conversationId: number, messages: readonly ListedMessage[]) => Promise<void>;
  /** A delivery left the conversation free, or moved an open buffer's deadline. */
  onSettled: (rearm: Armed | null) => void;
}

export class SendProtocol {
  readonly #deps: SendDeps & { stopping: AbortSignal };

  /** When `stopping` aborts, what is under way is let go: a POST that is cut off is unknown. */
  constructor(deps: SendDeps & { stopping: AbortSignal }) {
    this.#deps = deps;
  }

  /** Takes one claimed delivery as far as it goes now. Rejects only when the store fails. */
  async handle(claim: DeliveryClaim): Promise<void> {
    const chatwoot = this.#deps.chatwootOf(claim.connectionKey);
    if (chatwoot === null) return this.#settle(claim, { to: "failed", reason: "no_chatwoot" });
    if (claim.state === "unknown") return this.#lookUp(claim, chatwoot);
    return this.#lookAndSend(claim, chatwoot);
  }

  // --- intent: look, then send

  async #lookAndSend(claim: DeliveryClaim, chatwoot: ChatwootApi): Promise<void> {
    if (await this.#isOvertaken(claim)) return;
    const look = await this.#look(claim, chatwoot);
    if (look === null) return;
    const verdict = await this.#judge(claim, look);
    if (verdict.kind === "sent") return this.#settle(claim, { to: "sent", messageId: verdict.messageId });
    if (verdict.kind === "closed") return this.#handOver(claim, "window_closed");
    if (verdict.kind === "suppress") return this.#suppress(claim, verdict);
    if (verdict.kind === "newer" && (await this.#takeNewer(claim, verdict.messages))) return;
    if (this.#isTooOld(claim)) return this.#handOver(claim, "too_old");
    // A look takes seconds: what webhooks brought meanwhile counts as well.
    if (await this.#isOvertaken(claim)) return;
    await this.#send(claim, chatwoot);
  }

  async #judge(claim: DeliveryClaim, look: Look): Promise<Verdict> {
    if (!claim.isAnswer) return judgeNotification(claim, look);
    const verdict = judge(claim.replyId, claim.anchorMessageId, look, this.#deps.answerStatuses);
    const isFree = verdict.kind === "clear" || verdict.kind === "newer";
    return isFree && (await this.#isAnswered(claim, look))
      ? { kind: "suppress", reason: "superseded", messages: [] }
      : verdict;
  }

  /** By a reply that these rows know nothing of: they are those of a backup, older than what lull did since. */
  async #isAnswered(claim: DeliveryClaim, look: Look): Promise<boolean> {
    const replyIds = otherReplies(claim, look);
    return replyIds.length > 0 && (await this.#deps.store.hasUnknownReply(replyIds));
  }

  /** What lull's own rows know speaks against sending; the delivery has then been ended or put back. */
  async #isOvertaken(claim: DeliveryClaim): Promise<boolean> {
    if (claim.kind === "notification" && (await this.#isErased(claim))) return true;
    if (!claim.isAnswer) return false;
    const { rules, store, clock } = this.#deps;
    const now = clock.now();
    const { conversation, mayRebatch, isStopped, isOutdated } = await store.deliveryNews(
      claim,
      rules(now).discardsMax,
    );
    const silence = rules(now).gate(conversation);
    if (silence !== null) await this.#settle(claim, { to: "cancelled", reason: silence });
    else if (mayRebatch && (await this.#rebatch(claim))) return true;
    else if (isStopped) await this.#settle(claim, { to: "cancelled", reason: "superseded" });
    else if (isOutdated) await this.#redo(claim);
    else return false;
    return true;
  }

  /** Its user was deleted since it was claimed or tried: there are no words left to send. */
  async #isErased(claim: DeliveryClaim): Promise<boolean> {
    if (claim.text !== "") return false;
    await this.#settle(claim, { to: "cancelled", reason: "deleted" });
    return true;
  }

  /** A person's reply that no webhook brought is kept, too: it pauses lull here as if one had. */
  async #suppress(claim: DeliveryClaim, verdict: Extract<Verdict, { kind: "suppress" }>): Promise<void> {
    await this.#deps.adopt(claim.connectionKey, claim.conversationId, verdict.messages);
    await this.#settle(claim, { to: "cancelled", reason: verdict.reason });
  }

  /** Messages that the list shows and no webhook brought yet are kept first, then the batch joins them. */
  async #takeNewer(claim: DeliveryClaim, newer: readonly ListedMessage[]): Promise<boolean> {
    await this.#deps.adopt(claim.connectionKey, claim.conversationId, newer);
    return this.#rebatch(claim);
  }

  async #rebatch(claim: DeliveryClaim): Promise<boolean> {
    const now = this.#deps.clock.now();
    const merged = await this.#deps.store.rebatch(claim, this.#deps.rules(now), now);
    if (merged === null) return false;
    this.#deps.metrics.deliveries.inc({ outcome: "cancelled", reason: "superseded" });
    this.#deps.metrics.silences.inc({ reason: "superseded" });
    this.#deps.log.event("info", "delivery.superseded", { ...ids(claim), bufferId: merged.intoBufferId });
    this.#deps.onSettled(merged.rearm);
    return true;
  }

  /** A message was deleted before its answer was posted: the turn is read again without it. */
  async #redo(claim: DeliveryClaim): Promise<void> {
    if (!(await this.#deps.store.redoTurn(claim, this.#deps.clock.now()))) return;
    this.#report(claim, { to: "cancelled", reason: "deleted" });
    this.#deps.onSettled(null);
  }

  /** Null when Chatwoot could not be read: the delivery waits, nothing is sent. */
  async #look(claim: DeliveryClaim, chatwoot: ChatwootApi): Promise<Look | null> {
    try {
      return await this.#within(LOOK_LIMIT_MS, (signal) => readLook(claim, chatwoot, signal));
    } catch (error) {
      if (this.#deps.stopping.aborted) await this.#putBack(claim, "stopping", 0);
      else if (this.#isTooOld(claim)) await this.#handOver(claim, "too_old");
      else await this.#postpone(claim, error);
      return null;
    }
  }

  async #postpone(claim: DeliveryClaim, error: unknown): Promise<void> {
    const { clock, random, log } = this.#deps;
    const least = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(least, tryAgainMs(clock.now() - claim.createdAt, random.fraction()));
    log.failure("delivery.look_failed", error, { ...ids(claim), waitMs });
    await this.#putBack(claim, error instanceof AppError ? error.code : "look_failed", waitMs);
  }

  async #send(claim: DeliveryClaim, chatwoot: ChatwootApi): Promise<void> {
    if (this.#deps.stopping.aborted) return this.#putBack(claim, "stopping", 0);
    if (!this.#deps.isProcessingOn()) return this.#putBack(claim, "processing_off", 0);
    if (!(await this.#deps.store.beginSend(claim))) return;
    const answersTo = claim.kind === "reply" ? claim.anchorMessageId : null;
    const message = { text: claim.text, replyId: claim.replyId, answersTo, template: templateOf(claim) };
    const { clock, metrics } = this.#deps;
    const begunAt = clock.monotonic();
    const outcome = await this.#within(SEND_LIMIT_MS, (signal) =>
      chatwoot.createMessage(claim.conversationId, message, signal),
    );
    metrics.turnSeconds.observe({ step: "post" }, (clock.monotonic() - begunAt) / 1000);
    await this.#settleSend(claim, outcome);
  }

  #settleSend(claim: DeliveryClaim, outcome: SendOutcome): Promise<void> {
    const { clock, random } = this.#deps;
    const now = clock.now();
    switch (outcome.kind) {
      case "sent":
        return this.#settle(claim, { to: "sent", messageId: outcome.messageId });
      case "refused":
        return this.#handOver(claim, outcome.reason);
      case "not_accepted": {
        const waitMs = Math.max(
          outcome.retryAfterMs ?? 0,
          tryAgainMs(now - claim.createdAt, random.fraction()),
        );
        return this.#settle(claim, { to: "not_taken", reason: "not_accepted", dueAt: now + waitMs });
      }
      case "unknown": {
        const dueAt = nextLookAt(now, 0, this.#deps.settleMs, now);
        return this.#settle(claim, { to: "unknown", reason: outcome.reason, dueAt, looks: 0 });
      }
    }
  }

  // --- unknown: look it up until it is proven or the settle time has passed

  async #lookUp(claim: DeliveryClaim, chatwoot: ChatwootApi): Promise<void> {
    const startedAt = this.#deps.clock.now();
    const seen = await this.#seek(claim, chatwoot);
    if (seen.messageId !== null) return this.#settle(claim, { to: "sent", messageId: seen.messageId });
    if (this.#isTooOld(claim)) return this.#handOver(claim, "too_old");
    const since = claim.unknownSince ?? startedAt;
    // Only a look that began after the settle time proves that nothing was taken.
    const hasSettled = seen.isReadable && startedAt - since >= this.#deps.settleMs;
    if (!hasSettled) return this.#waitOn(claim, since, this.#deps.clock.now());
    if (!seen.isWhole) return this.#handOver(claim, "unproven");
    if (claim.sends >= SENDS_PER_DELIVERY_MAX) return this.#handOver(claim, "too_many_sends");
    return this.#putBack(claim, "not_found", 0);
  }

  async #seek(claim: DeliveryClaim, chatwoot: ChatwootApi) {
    try {
      return await this.#within(LOOK_LIMIT_MS, async (signal) => {
        const isWhole = await chatwoot.canList(signal);
        const messages = await readMessages(claim, chatwoot, isWhole, signal);
        return { isReadable: true, isWhole, messageId: findProof(claim.replyId, messages) };
      });
    } catch (error) {
      if (!this.#deps.stopping.aborted) this.#deps.log.failure("delivery.look_failed", error, ids(claim));
      return { isReadable: false, isWhole: false, messageId: null };
    }
  }

  #waitOn(claim: DeliveryClaim, since: number, now: number): Promise<void> {
    const looks = claim.looks + 1;
    const dueAt = nextLookAt(since, looks, this.#deps.settleMs, now);
    return this.#settle(claim, { to: "unknown", reason: "not_found_yet", dueAt, looks });
  }

  // --- ends

  /** Not asked before a look: what Chatwoot took is sent, however old. */
  #isTooOld(claim: DeliveryClaim): boolean {
    return this.#deps.clock.now() - claim.createdAt > AGE_MAX_MS;
  }

  #putBack(claim: DeliveryClaim, reason: string, waitMs: number): Promise<void> {
    return this.#settle(claim, { to: "intent", reason, dueAt: this.#deps.clock.now() + waitMs });
  }

  /** People are called in the same breath as the reply is failed. A notification left nobody waiting. */
  #handOver(claim: DeliveryClaim, reason: string): Promise<void> {
    const { connectionKey, kind } = claim;
    if (kind === "notification") return this.#settle(claim, { to: "failed", reason });
    const callPeople = (inboxId: number | null): Errand => {
      const { label, assigneeId, teamId } = this.#deps.handoffOf(connectionKey, inboxId);
      return { kind: "handoff", note: HANDOVER_NOTE, label, assigneeId, teamId };
    };
    return this.#settle(claim, { to: "failed", reason, callPeople });
  }

  /** Nothing happens when it was settled meanwhile: by the reply's own webhook, or after the claim was lost. */
  async #settle(claim: DeliveryClaim, settlement: DeliverySettlement): Promise<void> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    const isOurs = await store.settleDelivery(claim, settlement, now);
    if (isOurs) this.#report(claim, settlement);
    if (isOurs) this.#countSilence(claim, settlement);
    // What was sent was sent, whoever wrote it down first.
    if (settlement.to === "sent" && claim.part === 0 && claim.silenceEndedAt !== null)
      this.#deps.metrics.replyAfterSilence.observe((now - claim.silenceEndedAt) / 1000);
    if (isOurs) this.#deps.onSettled(null);
  }

  /** A reply of which nothing went out leaves its turn silent after all. */
  #countSilence({ part, kind }: DeliveryClaim, settlement: DeliverySettlement): void {
    if (settlement.to !== "cancelled" || part > 0 || kind !== "reply") return;
    this.#deps.metrics.silences.inc({ reason: settlement.reason });
  }

  #report(claim: DeliveryClaim, settlement: DeliverySettlement): void {
    const { metrics, log } = this.#deps;
    const { to } = settlement;
    const reason = settlement.to === "sent" ? undefined : settlement.reason;
    metrics.deliveries.inc({ outcome: to, reason: reason ?? "" });
    const level = to === "failed" ? "error" : to === "unknown" ? "warning" : "info";
    log.event(level, `delivery.${to}`, { ...ids(claim), reason, part: claim.part });
  }

  async #within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = startDeadline(this.#deps.clock, limitMs, this.#deps.stopping);
    try {
      return await work(deadline.signal);
    } finally {
      deadline.clear();
    }
  }
}

function templateOf({ template }: DeliveryClaim): TemplateParams | null {
  return template === null ? null : (JSON.parse(template) as TemplateParams);
}

function ids(claim: DeliveryClaim) {
  return { replyId: claim.replyId, conversationId: claim.conversationId };
}
