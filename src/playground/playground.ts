// The playground: plays the customer and the team against the daemon's own webhook route, signed as Chatwoot
// signs, and tells the page what came of it. It decides nothing: the daemon does not know that it is played with.
import { railsJson, sampleConversation, sampleMessage, sampleTyping, signBody } from "../chatwoot/sample.ts";
import type { SampleMessage } from "../chatwoot/sample.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { attachmentsOf, contentOf, conversationNow } from "./chatwoot.ts";
import type {
  NewPlaygroundMessage,
  PlaygroundChange,
  PlaygroundChatwoot,
  PlaygroundMessage,
} from "./chatwoot.ts";
import type { PlaygroundBubble, PlaygroundInsight, PlaygroundState, SampleName } from "./state.ts";

export interface PlaygroundDeps {
  chatwoot: PlaygroundChatwoot;
  webhookSecret: string;
  /** Leads to the daemon's own webhook route. */
  deliver(request: Request): Promise<Response>;
  insight(): Promise<PlaygroundInsight>;
  /** Ends the process so that it starts again. */
  restart(): void;
  /** Closes the open buffer now; nothing happens when there is none. */
  answerNow(): Promise<void>;
  /** Ends a pause of the conversation; nothing happens when there is none. */
  resume(): Promise<void>;
  clock: Clock;
  random: Random;
}

/** What lull answered to one webhook. */
export interface WebhookAnswer {
  status: number;
  body: unknown;
}

/** The loopback name keeps the request inside what the webhook route calls local. */
const WEBHOOK_URL = "http://127.0.0.1/webhooks/chatwoot/playground";
/** The page shows this many messages. */
const SHOWN_MESSAGES_MAX = 200;
/** Time for the answer "restarting" to leave before the process does. */
const RESTART_DELAY_MS = 150;

export class Playground {
  readonly #deps: PlaygroundDeps;
  readonly #echoes = new Set<Promise<unknown>>();

  constructor(deps: PlaygroundDeps) {
    this.#deps = deps;
    deps.chatwoot.onChange((change) => this.#echo(change));
  }

  /** One message of the customer, delivered `copies` times as Chatwoot may; one answer per copy. */
  async say(text: string, copies: 1 | 2 = 1): Promise<WebhookAnswer[]> {
    await this.#reopen();
    const message = await this.#add("customer", text);
    const body = await this.#messageBody(message);
    const answers = [await this.#post(body)];
    if (copies === 2) answers.push(await this.#post(body));
    return answers;
  }

  /** The customer sends one of the stage's files, without a word. */
  async attach(sample: SampleName): Promise<WebhookAnswer> {
    await this.#reopen();
    return this.#post(await this.#messageBody(await this.#add("customer", "", sample)));
  }

  /** A person of the team answers, in Chatwoot's dashboard or on the business phone. */
  async answerAsHuman(text: string, via: "dashboard" | "phone"): Promise<WebhookAnswer> {
    const message = await this.#add(via === "phone" ? "phone" : "human", text);
    return this.#post(await this.#messageBody(message));
  }

  /** The team resolves the conversation. */
  async resolve(): Promise<WebhookAnswer> {
    await this.#deps.chatwoot.messages.setStatus("resolved");
    return this.#postStatus("resolved");
  }

  /** The customer starts or stops typing. */
  async setTyping(isOn: boolean): Promise<WebhookAnswer> {
    const status = await this.#deps.chatwoot.messages.status();
    return this.#post(sampleTyping({ ...conversationNow(this.#deps.clock, status), isOn, by: "contact" }));
  }

  answerNow(): Promise<void> {
    return this.#deps.answerNow();
  }

  /** Whoever keeps lull quiet here does so no more. */
  resume(): Promise<void> {
    return this.#deps.resume();
  }

  /** Returns at once; the process ends a moment later. */
  restart(): void {
    this.#deps.clock.setTimer(RESTART_DELAY_MS, () => this.#deps.restart());
  }

  async state(): Promise<PlaygroundState> {
    const { messages } = this.#deps.chatwoot;
    const [insight, latest, status] = await Promise.all([
      this.#deps.insight(),
      messages.latest(SHOWN_MESSAGES_MAX),
      messages.status(),
    ]);
    return { ...insight, now: iso(this.#deps.clock.now()), status, messages: latest.map(bubble) };
  }

  /** An id for one answer to the page. */
  requestId(): string {
    return this.#deps.random.uuid(this.#deps.clock.now());
  }

  /** Resolves when every echo has been delivered; to be awaited before the store closes. */
  async settled(): Promise<void> {
    while (this.#echoes.size > 0) await Promise.all(this.#echoes);
  }

  /** A conversation that was resolved goes back to the bot with the customer's next message, as in Chatwoot. */
  async #reopen(): Promise<void> {
    const { messages } = this.#deps.chatwoot;
    if ((await messages.status()) === "resolved") await messages.setStatus("pending");
  }

  async #add(
    writer: NewPlaygroundMessage["writer"],
    text: string,
    sample: SampleName | null = null,
  ): Promise<PlaygroundMessage> {
    const createdAt = this.#deps.clock.now();
    const message = { writer, text, isPrivate: false, contentAttributes: {}, sample, createdAt };
    return { ...message, id: await this.#deps.chatwoot.messages.add(message) };
  }

  async #messageBody(message: PlaygroundMessage): Promise<Record<string, unknown>> {
    const status = await this.#deps.chatwoot.messages.status();
    return sampleMessage({
      ...conversationNow(this.#deps.clock, status),
      createdAt: message.createdAt,
      messageId: message.id,
      content: contentOf(message),
      ...attachmentsOf(message),
      contentAttributes: message.contentAttributes,
      isPrivate: message.isPrivate,
      ...authorOf(message),
    });
  }

  async #postStatus(status: string): Promise<WebhookAnswer> {
    const conversation = conversationNow(this.#deps.clock, status);
    return this.#post(sampleConversation({ ...conversation, event: "conversation_status_changed" }));
  }

  /** What lull did through the API comes back as a webhook, after the call was answered. */
  #echo(change: PlaygroundChange): void {
    const posted =
      change.kind === "status" ? this.#postStatus(change.status) : this.#echoMessage(change.message);
    // An account webhook is tried once and a lost one is lost: lull must be right without its echo.
    const settled: Promise<unknown> = posted.catch(() => null).finally(() => this.#echoes.delete(settled));
    this.#echoes.add(settled);
  }

  async #echoMessage(message: PlaygroundMessage): Promise<WebhookAnswer> {
    return this.#post(await this.#messageBody(message));
  }

  async #post(body: Record<string, unknown>): Promise<WebhookAnswer> {
    const { clock, random, webhookSecret } = this.#deps;
    const now = clock.now();
    const raw = railsJson(body);
    const signature = signBody(webhookSecret, Math.floor(now / 1000), raw, random.uuid(now));
    const headers = { "content-type": "application/json", accept: "application/json", ...signature };
    const response = await this.#deps.deliver(
      new Request(WEBHOOK_URL, { method: "POST", headers, body: raw }),
    );
    return { status: response.status, body: await response.json().catch(() => null) };
  }
}

/** lull's token is a user's, so its replies look like that person's: only the marker tells them apart. */
function authorOf(message: PlaygroundMessage): Pick<SampleMessage, "direction" | "writer"> {
  if (message.writer === "customer") return { direction: "incoming", writer: "customer" };
  return { direction: "outgoing", writer: message.writer === "bot" ? "human" : message.writer };
}

function bubble(message: PlaygroundMessage): PlaygroundBubble {
  const writer = message.writer === "phone" ? "human" : message.writer;
  const from = message.isPrivate ? "note" : writer;
  return { id: message.id, from, text: message.text, sample: message.sample, at: iso(message.createdAt) };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
