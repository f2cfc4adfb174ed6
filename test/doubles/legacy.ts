// An older system that lull takes over from: it checks every webhook as Chatwoot signs it, waits for silence on its own,
// and answers each burst once, in Chatwoot, as a colleague would. Whatever it must not be sent is a violation.
import type { Clock, Timer } from "../../src/clock.ts";
import { verifySignature } from "../../src/chatwoot/signature.ts";

export const LEGACY_URL = "http://legacy.test/functions/v1/chatwoot-webhook-v2";

export interface LegacyCall {
  headers: Record<string, string>;
  raw: Uint8Array;
  body: Record<string, unknown>;
}

export interface LegacyOptions {
  clock: Clock;
  secret: string;
  silenceMs: number;
  /** What it says in Chatwoot. */
  say: (conversationId: number, text: string) => Promise<void>;
}

interface Burst {
  messageIds: number[];
  timer: Timer;
}

export class LegacyDouble {
  /** Every webhook it took, in order. */
  readonly calls: LegacyCall[] = [];
  /** Every burst that it answered. */
  readonly answered: { conversationId: number; messageIds: number[] }[] = [];
  readonly violations: string[] = [];
  /** How calls are answered from now on; by default well. */
  answer: (init: RequestInit) => Response | Promise<Response> = () => Response.json({ success: true });
  /** Signatures get old while it is down; a real one would refuse those. */
  isPatient = false;
  readonly #options: LegacyOptions;
  readonly #bursts = new Map<number, Burst>();
  readonly #seen = new Set<number>();

  constructor(options: LegacyOptions) {
    this.#options = options;
  }

  /** The double as lull's `fetch`. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url !== LEGACY_URL) throw new TypeError("no such host in this test");
    if (init.redirect !== "manual") this.violations.push("a redirect would have been followed");
    const response = await this.answer(init);
    if (response.ok) await this.#take(new Request(url, init));
    return response;
  };

  /** Ids of the customers' messages that it took, in order. */
  get messageIds(): number[] {
    return this.calls.filter(isFromCustomer).map(({ body }) => Number(body["id"]));
  }

  /** No burst waits any more. */
  stop(): void {
    for (const { timer } of this.#bursts.values()) timer.cancel();
    this.#bursts.clear();
  }

  async #take(request: Request): Promise<void> {
    const raw = new Uint8Array(await request.arrayBuffer());
    this.#checkSignature(request.headers, raw);
    const body = JSON.parse(new TextDecoder().decode(raw)) as Record<string, unknown>;
    const call = { headers: Object.fromEntries(request.headers), raw, body };
    this.calls.push(call);
    if (isFromCustomer(call)) this.#hear(body);
  }

  #checkSignature(headers: Headers, raw: Uint8Array): void {
    const timestamp = headers.get("x-chatwoot-timestamp");
    const signature = headers.get("x-chatwoot-signature");
    const nowMs = this.isPatient ? Number(timestamp) * 1_000 : this.#options.clock.now();
    if (!verifySignature({ secret: this.#options.secret, timestamp, signature, raw, nowMs }))
      this.violations.push("a webhook is not signed, or too old");
  }

  #hear(body: Record<string, unknown>): void {
    const id = Number(body["id"]);
    const conversationId = (body["conversation"] as { id: number }).id;
    if (this.#seen.has(id)) this.violations.push(`message ${id} came twice`);
    this.#seen.add(id);
    const before = this.#bursts.get(conversationId);
    before?.timer.cancel();
    const messageIds = [...(before?.messageIds ?? []), id];
    if (messageIds.some((one) => one > id)) this.violations.push(`message ${id} came out of order`);
    const { clock, silenceMs } = this.#options;
    const timer = clock.setTimer(silenceMs, () => void this.#reply(conversationId));
    this.#bursts.set(conversationId, { messageIds, timer });
  }

  async #reply(conversationId: number): Promise<void> {
    const burst = this.#bursts.get(conversationId);
    if (burst === undefined) return;
    this.#bursts.delete(conversationId);
    this.answered.push({ conversationId, messageIds: burst.messageIds });
    await this.#options.say(conversationId, "a resposta antiga");
  }
}

function isFromCustomer({ body }: LegacyCall): boolean {
  return body["event"] === "message_created" && body["message_type"] === "incoming";
}
