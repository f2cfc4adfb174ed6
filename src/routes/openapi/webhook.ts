// Where Chatwoot sends its webhooks, and where others ask whether lull is well.
import { answer, type Area, get, post } from "./operation.ts";
import { anything, either, id, mapOf, moment, named, only, text, told } from "./schema.ts";

export const kept = named(
  "WebhookAnswer",
  either(
    answer({ action: only("buffered"), message: text, bufferId: id, dueAt: moment }),
    answer({ action: only("duplicate") }),
    answer({ action: only("forwarded") }),
    answer({
      action: only("skipped"),
      reason: told(text, "One of a closed list, such as outgoing_message."),
    }),
  ),
);
const event = { body: mapOf(anything) };

export const webhooks: Area = {
  tag: "webhooks",
  text: "Chatwoot's webhooks, signed, or with a secret at the end of the address. Answered once they are kept.",
  scopes: "signature",
  operations: [
    post("/webhooks/chatwoot", "A webhook of the environment's connection", kept, event),
    post("/webhooks/chatwoot/:connection", "A webhook of a connection", kept, event),
    post(
      "/webhooks/chatwoot/:connection/:pathSecret",
      "A webhook of a Chatwoot that does not sign",
      kept,
      event,
    ),
    post("/functions/v1/chatwoot-webhook-v2", "The same at its old address", kept, event),
    post("/functions/v1/chatwoot-webhook", "The same, answered without waiting for silence", kept, event),
  ],
};

export const health: Area = {
  tag: "health",
  text: "Open to probes: no secrets, no ids.",
  scopes: null,
  operations: [
    get("/livez", "Is it alive", answer({ status: only("alive") })),
    get("/readyz", "Could it store a webhook right now", answer({ status: only("ready") })),
    get("/metrics", "Its figures for Prometheus", { contentType: "text/plain", schema: text }),
    get("/openapi.json", "This document", { contentType: "application/json", schema: mapOf(anything) }),
  ],
};
