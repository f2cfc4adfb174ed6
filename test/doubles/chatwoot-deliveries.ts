// The double's webhooks: signed as Chatwoot signs them, with one delivery id each.
import { railsJson, signBody } from "../../src/chatwoot/sample.ts";

/** Where webhooks go; a null secret is a Chatwoot that does not sign. */
export interface WebhookTarget {
  url: string;
  secret: string | null;
  deliver: (request: Request) => Promise<Response>;
}

export interface Delivery {
  body: Record<string, unknown>;
  /** A new request each time, signed now and under the same delivery id, as a retry is. */
  request: () => Request;
}

export class Deliveries {
  readonly #target: WebhookTarget | null;
  readonly #now: () => number;
  #count = 0;

  constructor(target: WebhookTarget | null, now: () => number) {
    this.#target = target;
    this.#now = now;
  }

  /** The delivery of a body; without a target its request cannot be made. */
  of(body: Record<string, unknown>): Delivery {
    this.#count += 1;
    const deliveryId = `00000000-0000-4000-8000-${String(this.#count).padStart(12, "0")}`;
    return { body, request: () => this.#request(body, deliveryId) };
  }

  deliver(delivery: Delivery): Promise<Response> {
    return this.#known().deliver(delivery.request());
  }

  #request(body: Record<string, unknown>, deliveryId: string): Request {
    const { url, secret } = this.#known();
    const raw = railsJson(body);
    const signed = secret === null ? {} : signBody(secret, Math.floor(this.#now() / 1000), raw, deliveryId);
    const headers = { "content-type": "application/json", accept: "application/json", ...signed };
    return new Request(url, { method: "POST", headers, body: raw });
  }

  #known(): WebhookTarget {
    if (this.#target === null) throw new Error("the double was given no webhook");
    return this.#target;
  }
}
