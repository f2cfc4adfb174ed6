// A Chatwoot for tests: strict about what it is asked, honest in its ledger, and able to fail in every way a real one
// can. In process by `fetch`, or behind a socket by `listenChatwoot` (chatwoot-socket.ts). Time comes from outside; it has no timers.
import { sampleConversation, sampleTyping } from "../../src/chatwoot/sample.ts";
import type { SampleConversationEvent } from "../../src/chatwoot/sample.ts";
import { ChatwootAccount } from "./chatwoot-account.ts";
import type { NewMessage, Room, StoredMessage } from "./chatwoot-account.ts";
import { Deliveries } from "./chatwoot-deliveries.ts";
import type { Delivery, WebhookTarget } from "./chatwoot-deliveries.ts";
import { isDeskMode, isPostMode, noFaults } from "./chatwoot-faults.ts";
import type { DeskMode, PostMode, ReadMode } from "./chatwoot-faults.ts";
import { ChatwootFiles, type FileOptions } from "./chatwoot-files.ts";
import { Ledger } from "./chatwoot-ledger.ts";
import type { LedgerEntry } from "./chatwoot-ledger.ts";
import { Planner } from "./chatwoot-plans.ts";
import { readRequest } from "./chatwoot-request.ts";

export { visibleReplies } from "./chatwoot-ledger.ts";
export type { Delivery } from "./chatwoot-deliveries.ts";
export type { FileOptions } from "./chatwoot-files.ts";

export interface ChatwootDoubleOptions {
  accountId: number;
  userToken?: string;
  botToken?: string;
  webhook?: WebhookTarget;
  /** Deliver the webhook of every message that the API stored by itself. */
  echo?: boolean;
  now: () => number;
  delay: (delayMs: number) => Promise<void>;
  /** Gets every ledger entry as it is made. */
  record?: (entry: LedgerEntry) => void;
}

/** A webhook about one message. */
export interface MessageDelivery extends Delivery {
  messageId: number;
}

/** What a message may be besides its text; a conversation that is new is made with it. */
export type SaidExtra = Partial<
  Pick<NewMessage, "attachments" | "contentAttributes" | "contentType" | "createdAt" | "isPrivate"> &
    Pick<Room, "contact" | "inboxId" | "channel">
>;

type Said = Pick<NewMessage, "conversationId" | "direction" | "writer" | "content">;

interface FaultOptions {
  /** For `accept_late`: how long after its answer it stores, in ms. */
  delayMs?: number;
}

const MARKER_KEY = "lull_reply_id";
const LATE_MS = 5_000;

export class ChatwootDouble {
  /** Webhooks of messages that the API stored, oldest first, delivered or not. */
  readonly echoes: MessageDelivery[] = [];
  /** What was asked of it that a correct client never asks. */
  readonly violations: string[] = [];
  readonly #options: ChatwootDoubleOptions;
  readonly #account: ChatwootAccount;
  readonly #ledger: Ledger;
  readonly #deliveries: Deliveries;
  readonly #planner: Planner;
  readonly #files: ChatwootFiles;
  readonly #faults = noFaults();
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: ChatwootDoubleOptions) {
    this.#options = options;
    this.#account = new ChatwootAccount(options.accountId);
    this.#ledger = new Ledger(options.now, options.record);
    this.#deliveries = new Deliveries(options.webhook ?? null, options.now);
    this.#files = new ChatwootFiles((violation) => this.violations.push(violation));
    this.#planner = new Planner({
      account: this.#account,
      faults: this.#faults,
      now: options.now,
      store: (message, requestOrder) => this.#store(message, requestOrder),
      storeLate: (message, requestOrder, delayMs) =>
        this.#track(options.delay(delayMs).then(() => this.#store(message, requestOrder))),
      violated: (violation) => this.violations.push(violation),
    });
  }

  get ledger(): readonly LedgerEntry[] {
    return this.#ledger.entries;
  }

  /** The double as a client's `fetch`. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    init.signal?.throwIfAborted();
    return this.handle(new Request(url, init));
  };

  /** Answers one request. Rejects when the connection is to break, or with the request's abort while it hangs. */
  async handle(request: Request): Promise<Response> {
    const read = await readRequest(request, this.#options);
    const { method, path, body, token } = read;
    const plan = this.#files.plan(read) ?? this.#planner.plan(read);
    const { accepted, status } = plan;
    return plan.answer(this.#ledger.append({ kind: "request", method, path, body, token, accepted, status }));
  }

  /** Keeps a file that a customer attached; gives its path below the double's address. */
  addFile(bytes: Uint8Array, options: FileOptions = {}): string {
    return this.#files.add(bytes, options);
  }

  /** The next `count` calls that `mode` is about go so: posts of public messages, lists, shows, or work for colleagues. */
  failNext(mode: PostMode | ReadMode | DeskMode, count = 1, options: FaultOptions = {}): void {
    if (isDeskMode(mode)) {
      this.#faults.desk.add(mode, count);
    } else if (isPostMode(mode)) {
      this.#faults.post.add({ mode, delayMs: options.delayMs ?? LATE_MS }, count);
    } else {
      this.#readFaults(mode).add({ mode, lastShownId: this.#account.lastId }, count);
    }
  }

  /** All goes well again. */
  heal(): void {
    for (const queue of Object.values(this.#faults)) queue.clear();
  }

  /** The customer writes; a resolved conversation goes back to the bot, a snoozed one opens. */
  customerSays(conversationId: number, content: string | null, extra: SaidExtra = {}): MessageDelivery {
    const room = this.#enter(conversationId, extra);
    if (room.status === "resolved") this.#account.ensureRoom(conversationId, 0, { status: "pending" });
    if (room.status === "snoozed") this.#account.ensureRoom(conversationId, 0, { status: "open" });
    return this.#say({ conversationId, direction: "incoming", writer: "customer", content }, extra);
  }

  /** A colleague writes in the dashboard; with `isPrivate` a note. */
  humanSays(conversationId: number, content: string, extra: SaidExtra = {}): MessageDelivery {
    this.#enter(conversationId, extra);
    return this.#say({ conversationId, direction: "outgoing", writer: "human", content }, extra);
  }

  /** A colleague answers from the WhatsApp Business app. */
  phoneSays(conversationId: number, content: string, extra: SaidExtra = {}): MessageDelivery {
    this.#enter(conversationId, extra);
    const contentAttributes = { external_echo: true, ...extra.contentAttributes };
    return this.#say(
      { conversationId, direction: "outgoing", writer: "phone", content },
      { ...extra, contentAttributes },
    );
  }

  /** Chatwoot notes something itself: it stands in lists, and no webhook brings it. */
  notes(conversationId: number, content: string): void {
    this.#enter(conversationId, {});
    this.#store(this.#message({ conversationId, direction: "activity", writer: null, content }, {}), null);
  }

  setStatus(conversationId: number, status: string): Delivery {
    return this.#change(conversationId, { status }, "conversation_status_changed");
  }

  assign(conversationId: number, assignee: Room["assignee"]): Delivery {
    return this.#change(conversationId, { assignee }, "conversation_updated");
  }

  resolve(conversationId: number): Delivery {
    return this.setStatus(conversationId, "resolved");
  }

  /** Whether Chatwoot's 24-hour window is open. No webhook tells at once, the next one about the conversation does. */
  setCanReply(conversationId: number, canReply: boolean): void {
    this.#account.ensureRoom(conversationId, this.#options.now(), { canReply });
  }

  typing(conversationId: number, isOn: boolean, by: "agent" | "contact" = "contact"): Delivery {
    const room = this.#enter(conversationId, {});
    const conversation = this.#account.sampleRoom(room, this.#options.now());
    return this.#deliveries.of(sampleTyping({ ...conversation, isOn, by }));
  }

  deleteMessage(messageId: number): MessageDelivery {
    return this.#deliveryOf(this.#account.delete(messageId), "message_updated");
  }

  /** The conversation's status and assignee as they stand; null before anything happened in it. */
  room(conversationId: number): Room | null {
    return this.#account.room(conversationId);
  }

  messages(conversationId: number): StoredMessage[] {
    return this.#account.inRoom(conversationId);
  }

  /** Every outgoing message the customer sees, in order, whoever wrote it. */
  visible(conversationId: number): StoredMessage[] {
    return this.messages(conversationId).filter(
      (message) => message.direction === "outgoing" && !message.isPrivate,
    );
  }

  /** The texts of lull's own visible messages, in order. */
  sent(conversationId: number): (string | null)[] {
    const own = this.visible(conversationId).filter((message) => MARKER_KEY in message.contentAttributes);
    return own.map(({ content }) => content);
  }

  /** Delivers a webhook now. */
  deliver(delivery: Delivery): Promise<Response> {
    return this.#deliveries.deliver(delivery);
  }

  /** Resolves when no late store and no automatic delivery is under way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #readFaults(mode: ReadMode) {
    if (mode === "show_down") return this.#faults.show;
    return mode.startsWith("conversations_") ? this.#faults.rooms : this.#faults.list;
  }

  #say(said: Said, extra: SaidExtra): MessageDelivery {
    return this.#deliveryOf(this.#store(this.#message(said, extra), null), "message_created");
  }

  #message(said: Said, extra: SaidExtra): NewMessage {
    const { contentType = "text", contentAttributes = {}, attachments = [], isPrivate = false } = extra;
    const createdAt = extra.createdAt ?? this.#options.now();
    return { ...said, contentType, contentAttributes, attachments, isPrivate, createdAt };
  }

  /** Stores, books, and for a message of the API makes its echo. */
  #store(message: NewMessage, requestOrder: number | null): StoredMessage {
    const stored = this.#account.store(message);
    const marker = stored.contentAttributes[MARKER_KEY];
    this.#ledger.append({
      kind: "stored",
      messageId: stored.id,
      conversationId: stored.conversationId,
      isVisible: stored.direction === "outgoing" && !stored.isPrivate,
      replyId: typeof marker === "string" ? marker : null,
      content: stored.content,
      requestOrder,
    });
    if (requestOrder !== null) this.#echo(this.#deliveryOf(stored, "message_created"));
    return stored;
  }

  #echo(delivery: MessageDelivery): void {
    this.echoes.push(delivery);
    // As an account webhook: tried once, and lost when that fails.
    if (this.#options.echo === true)
      this.#track(
        Promise.resolve(delivery)
          .then((sent) => this.deliver(sent))
          .catch(() => null),
      );
  }

  #deliveryOf(message: StoredMessage, event: "message_created" | "message_updated"): MessageDelivery {
    const body = this.#account.webhookBody(message, event, this.#options.now());
    return { messageId: message.id, ...this.#deliveries.of(body) };
  }

  #change(conversationId: number, change: Partial<Room>, event: SampleConversationEvent): Delivery {
    const now = this.#options.now();
    const room = this.#account.ensureRoom(conversationId, now, change);
    return this.#deliveries.of(sampleConversation({ ...this.#account.sampleRoom(room, now), event }));
  }

  #enter(conversationId: number, { contact, inboxId, channel }: SaidExtra): Room {
    return this.#account.ensureRoom(conversationId, this.#options.now(), {
      ...(contact === undefined ? {} : { contact }),
      ...(inboxId === undefined ? {} : { inboxId }),
      ...(channel === undefined ? {} : { channel }),
    });
  }

  #track(work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }
}
