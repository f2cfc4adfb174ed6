// What other programs ask: answers now, messages to customers, identities, buckets and files, also at their old addresses.
import {
  answer,
  type Area,
  bytes,
  data,
  done,
  form,
  get,
  json,
  LIST,
  type Operation,
  page,
  post,
} from "./operation.ts";
import { file, fileOperations } from "./own.ts";
import { identified, INQUIRY } from "./people.ts";
import { kept } from "./webhook.ts";
import { listedBuffer } from "./work.ts";
import { bucket, verified } from "./storage.ts";
import {
  anything,
  either,
  fields,
  flag,
  id,
  mapOf,
  named,
  number,
  only,
  orNull,
  text,
  told,
  upTo,
  url,
  whole,
  wholeUpTo,
  words,
} from "./schema.ts";

const ID_MAX = Number.MAX_SAFE_INTEGER;
const optional = { connection: text };

const question = named(
  "ChatMessage",
  fields(
    {
      text: upTo(32_000),
      source: text,
      phoneNumber: told(text, "Who writes, as they are dialled."),
      phoneNumberId: told(text, "The line they wrote to, by its id at WhatsApp."),
      inboxId: told(wholeUpTo(ID_MAX), "The line they wrote to, by its inbox in Chatwoot."),
      ...optional,
    },
    ["source", "phoneNumber", "phoneNumberId", "inboxId", "connection"],
  ),
);
const reply = named(
  "ChatAnswer",
  answer(
    {
      response: orNull(text),
      shouldRespond: flag,
      userId: orNull(id),
      messageId: id,
      credential: words("user", "owner", "system"),
      confidence: number,
      intent: text,
      reason: told(text, "Why there is no response."),
    },
    ["reason"],
  ),
);
const notification = named(
  "Notification",
  fields(
    {
      userId: id,
      whatsappNumber: text,
      conversationId: wholeUpTo(ID_MAX),
      ...optional,
      message: upTo(4_000),
      draft: fields({ id: orNull(text), title: text, url }, ["id"]),
      template: fields(
        {
          name: text,
          language: text,
          category: words("UTILITY", "MARKETING", "AUTHENTICATION"),
          processedParams: mapOf(anything),
        },
        ["category", "processedParams"],
      ),
    },
    ["userId", "whatsappNumber", "conversationId", "connection", "draft", "template"],
  ),
);
const ensured = named(
  "EnsuredBucket",
  data(
    fields({
      userId: orNull(id),
      contactId: orNull(text),
      bucketName: text,
      isNewBucket: flag,
      whatsappNumber: orNull(text),
      normalizedNumber: orNull(text),
      bucketState: words("creating", "ready"),
    }),
  ),
);
const normalized = data(fields({ whatsappNumber: text, normalizedNumber: orNull(text), kind: text }));

const bucketRequest = fields(
  {
    action: words(
      "identify-and-ensure-bucket",
      "get-bucket",
      "list-buckets",
      "verify-mapping",
      "normalize-number",
    ),
    userId: id,
    contactId: either(text, wholeUpTo(ID_MAX)),
    whatsappNumber: either(text, number),
    bucketName: text,
    ...optional,
    ...LIST,
    state: words("creating", "ready", "retired"),
  },
  ["userId", "contactId", "whatsappNumber", "bucketName", "connection", "limit", "cursor", "state"],
);
const fileRequest = fields(
  {
    action: words("upload", "list", "download", "delete"),
    userId: id,
    fileId: id,
    fileName: text,
    content: told(text, "The file in base64."),
    contentType: text,
    audience: words("owner", "customers"),
    ...LIST,
  },
  ["fileId", "fileName", "content", "contentType", "audience", "limit", "cursor"],
);
const fileForm = form({
  action: only("upload"),
  userId: id,
  fileId: id,
  name: text,
  audience: words("owner", "customers"),
  file: bytes.schema,
});

const chats: Operation[] = ["/v1/chat", "/functions/v1/api-chatbot"].map((path) =>
  post(path, "One message in, one answer out, now", reply, { body: question, headers: ["Accept-Language"] }),
);
const notifications: Operation[] = ["/v1/notifications", "/functions/v1/whatsapp-notifications"].map((path) =>
  post(path, "Send a customer a message that answers nothing, once", answer({ deliveryId: id }), {
    body: notification,
    headers: ["Idempotency-Key"],
  }),
);

const manage = {
  query: {
    action: words("handle", "status", "cancel"),
    connection: text,
    conversationId: wholeUpTo(ID_MAX),
  },
  needed: ["action"],
};
const shown = data(orNull(listedBuffer));
const cancelled = answer({ action: only("cancelled"), bufferId: id });
const bufferFunctions: Operation[] = [
  get(
    "/functions/v1/message-buffer-manager",
    "The open buffer of a conversation, or drop it",
    either(shown, cancelled),
    manage,
  ),
  post(
    "/functions/v1/message-buffer-manager",
    "Take a bare message; or show or drop the open buffer of a conversation",
    either(kept, shown, cancelled),
    { ...manage, body: mapOf(anything) },
  ),
  post(
    "/functions/v1/buffer-processor",
    "Close and answer what is due now, and wait for it",
    answer({ processed: whole, failed: whole, remaining: whole }),
  ),
];

export const chat: Area = {
  tag: "chat",
  text: "For programs with a token of scope chat or service.",
  scopes: ["chat", "service"],
  operations: [
    ...chats,
    get("/v1/identity/resolve", "Who a number is", data(identified), { query: INQUIRY, needed: ["number"] }),
  ],
};

export const programs: Area = {
  tag: "programs",
  text: "For programs with a token of scope service.",
  scopes: ["service"],
  operations: [
    ...notifications,
    ...bufferFunctions,
    ...fileOperations("/v1/knowledge/:userId/files", "/v1/knowledge/:userId/files/:fileId"),
    post(
      "/functions/v1/user-bucket-service",
      "Whose bucket a user, a contact or a number has, made where there is none",
      either(
        ensured,
        page(bucket),
        data(verified),
        data(fields({ name: text, state: text }, ["name", "state"])),
        normalized,
      ),
      { body: bucketRequest },
    ),
    post("/functions/v1/create-user-bucket", "Make sure that a user has a bucket", ensured, {
      body: fields({ userId: id }),
    }),
    post(
      "/functions/v1/knowledge-base-storage",
      "Upload, list, download or delete a file of a user",
      either(data(file), page(file), done("removed")),
      {
        body: [json(fileRequest), fileForm],
        query: { userId: id, fileId: id },
      },
    ),
  ],
};
