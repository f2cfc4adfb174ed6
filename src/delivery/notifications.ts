// Messages to customers that answer nothing: checked, and put into the outbox, from where they go as replies do.
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { KeptNotification, NotificationStore, NotifiedConversation } from "../db/store-notifications.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import { isWindowClosed, type Notification, notificationText } from "./notification.ts";
import { findConversation, type Recipient, type RecipientDeps } from "./recipient.ts";

export interface NotificationsDeps extends RecipientDeps {
  store: NotificationStore;
  clock: Clock;
  log: Log;
  newRequestId: () => string;
  /** Why lull writes nothing to this customer or in this inbox, whoever asks; null: it may. */
  refusal: (conversation: NotifiedConversation) => SilenceReason | null;
  /** Something is to be sent. */
  wake: () => void;
}

/** How long a request is known by its mark. */
const REQUEST_KNOWN_MS = 24 * 60 * 60_000;

export class Notifications {
  readonly #deps: NotificationsDeps;

  constructor(deps: NotificationsDeps) {
    this.#deps = deps;
  }

  /**
   * Puts a notification into the outbox and gives the id of its delivery, once that is durable. With a `requestKey`, one
   * that was asked for before is not sent again. Throws AppError `not_found` or `nobody_named` (recipient.ts),
   * `invalid_body` for a text that is no message, `conflict` with the reason: `window_closed`, the silence that lull
   * keeps there, or `other_request`.
   */
  async add(recipient: Recipient, notification: Notification, requestKey: string | null): Promise<string> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    const since = now - REQUEST_KNOWN_MS;
    const request = requestKey === null ? null : { key: requestKey, hash: digestOf(recipient, notification) };
    const known = request === null ? null : await store.notificationOf(request.key, since);
    if (known !== null) return this.#asBefore(known, request?.hash);
    const conversation = await findConversation(recipient, this.#deps.newRequestId(), this.#deps);
    this.#refuse(conversation, notification, now);
    const kept = await store.addNotification(
      { ...placeOf(conversation), ...wordsOf(notification, conversation), isAnswer: false, request },
      since,
      now,
    );
    return this.#asBefore(kept, request?.hash);
  }

  /** Whether something was made for a request of this mark lately. */
  async isKnown(requestKey: string): Promise<boolean> {
    const since = this.#deps.clock.now() - REQUEST_KNOWN_MS;
    return (await this.#deps.store.notificationOf(requestKey, since)) !== null;
  }

  /** The same as `add` for one message that lull composed itself as an answer: it keeps silent where a reply would. */
  async addReply(
    { connectionKey, conversationId }: Pick<NotifiedConversation, "connectionKey" | "conversationId">,
    text: string,
    requestKey: string,
  ): Promise<string> {
    const { store, clock, newRequestId } = this.#deps;
    const now = clock.now();
    const recipient = { connectionKey, conversationId, address: null, userId: null };
    const conversation = await findConversation(recipient, newRequestId(), this.#deps);
    this.#refuse(conversation, { template: null }, now);
    const hash = createHash("sha256").update(text).digest("hex");
    const request = { key: requestKey, hash };
    const message = { ...placeOf(conversation), text, template: null, isAnswer: true, request };
    return this.#asBefore(await store.addNotification(message, now - REQUEST_KNOWN_MS, now), hash);
  }

  #refuse(
    conversation: NotifiedConversation,
    { template }: Pick<Notification, "template">,
    now: number,
  ): void {
    const silence = this.#deps.refusal(conversation);
    if (silence !== null)
      throw new AppError("conflict", "lull keeps silent there.", {
        reason: silence,
        fix: "Change the mode or the lists of this inbox at /admin/inboxes.",
      });
    if (isWindowClosed(conversation, template !== null, now))
      throw new AppError("conflict", "The customer wrote more than 24 hours ago.", {
        reason: "window_closed",
        fix: "Name an approved template of WhatsApp, or wait until the customer writes.",
      });
  }

  /** The delivery of the same request is its answer, too. */
  #asBefore({ deliveryId, isNew, requestHash }: KeptNotification, hash: string | undefined): string {
    if (isNew) {
      this.#deps.log.event("info", "notification.added", { replyId: deliveryId });
      this.#deps.wake();
    } else if (requestHash !== hash) {
      throw new AppError("conflict", "Something else was asked with this Idempotency-Key.", {
        reason: "other_request",
        fix: "Send each request with a key of its own.",
      });
    }
    return deliveryId;
  }
}

function placeOf({ connectionKey, conversationId, anchorMessageId }: NotifiedConversation) {
  return { connectionKey, conversationId, anchorMessageId };
}

function wordsOf(notification: Notification, { channel }: NotifiedConversation) {
  const text = notificationText(notification, channel);
  if (text === null) {
    throw new AppError("invalid_body", "message must be text that fits into one WhatsApp message.");
  }
  return { text, template: notification.template === null ? null : JSON.stringify(notification.template) };
}

/** Of all that was asked, in an order of its own. */
function digestOf(recipient: Recipient, { message, draft, template }: Notification): string {
  const { connectionKey, conversationId, address, userId } = recipient;
  const asked = [
    connectionKey,
    conversationId,
    address?.keys ?? null,
    userId,
    message,
    draft === null ? null : [draft.id, draft.title, draft.url],
    template,
  ];
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
}
