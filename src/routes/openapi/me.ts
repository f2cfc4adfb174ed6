// What users ask about themselves, with a token of theirs.
import { type Area, data, pair, post } from "./operation.ts";
import {
  fileOperations,
  keyOperations,
  lineOperations,
  linkOperations,
  numberOperations,
  profileOperations,
  usageOperation,
} from "./own.ts";
import { fields, id, moment, orNull, text } from "./schema.ts";

const ME = "/v1/me";

const claim = post(
  `${ME}/numbers`,
  "Claim a number: it counts once the code was sent from that WhatsApp",
  data(fields({ id, code: text, expiresAt: moment, instruction: text })),
  { body: fields({ number: text, connection: orNull(text) }, ["connection"]), headers: ["Accept-Language"] },
);

export const me: Area = {
  tag: "me",
  text: "A user's own things. The token says whose they are, and nothing else can.",
  scopes: ["user"],
  operations: [
    ...profileOperations(`${ME}/profile`, pair),
    ...numberOperations(`${ME}/numbers`, `${ME}/numbers/:id`, claim),
    ...lineOperations(`${ME}/whatsapp-config`, `${ME}/whatsapp-config/:id`, {}),
    ...keyOperations(`${ME}/ai-keys`, `${ME}/ai-keys/:id`, "of the user"),
    ...linkOperations(`${ME}/webhook-links`, pair),
    usageOperation(`${ME}/usage`),
    ...fileOperations(`${ME}/files`, `${ME}/files/:id`),
  ],
};
