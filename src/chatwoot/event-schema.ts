// The parts of Chatwoot's bodies that lull reads, and the check that they have the right shape.
// Keys lull does not read are not looked at, so a newer Chatwoot may add what it likes.
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, type ValueError } from "@sinclair/typebox/compiler";
import { AppError } from "../errors.ts";
import { MARKER_KEY } from "./writer.ts";

/** Chatwoot's own limit for a message, in characters. */
const CONTENT_LENGTH_MAX = 150_000;

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Text = Type.String();

const Account = Type.Object({ id: maybe(Id) });

/** A contact, a user or a bot; a contact at the top level has no `type`. */
const Person = Type.Object({
  id: maybe(Id),
  type: maybe(Text),
  name: maybe(Text),
  phone_number: maybe(Text),
  identifier: maybe(Text),
  blocked: maybe(Type.Boolean()),
});
export type Person = Static<typeof Person>;

const Conversation = Type.Object({
  id: Id,
  account: maybe(Account),
  inbox_id: maybe(Id),
  channel: maybe(Text),
  status: maybe(Text),
  can_reply: maybe(Type.Boolean()),
  contact_inbox: maybe(Type.Object({ source_id: maybe(Text) })),
  meta: maybe(
    Type.Object({
      sender: maybe(Person),
      assignee: maybe(Type.Object({ type: maybe(Text) })),
      assignee_type: maybe(Text),
    }),
  ),
  // A moment only orders news: an odd one must not cost the news, so its reader takes what it can.
  updated_at: Type.Optional(Type.Unknown()),
});
export type Conversation = Static<typeof Conversation>;

const Attachment = Type.Object({
  id: maybe(Id),
  file_type: maybe(Text),
  data_url: maybe(Text),
  content_type: maybe(Text),
  file_size: maybe(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  fallback_title: maybe(Text),
  transcribed_text: maybe(Text),
  coordinates_lat: maybe(Type.Number()),
  coordinates_long: maybe(Type.Number()),
  // A free-form hash, too.
  meta: Type.Optional(Type.Unknown()),
});
export type AttachmentBody = Static<typeof Attachment>;

/** A free-form hash: any API client may have put anything under these keys, so their readers judge the values. */
const ContentAttributes = Type.Object({
  [MARKER_KEY]: Type.Optional(Type.Unknown()),
  automation_rule_id: Type.Optional(Type.Unknown()),
  external_echo: Type.Optional(Type.Unknown()),
  external_sender_name: Type.Optional(Type.Unknown()),
  deleted: Type.Optional(Type.Unknown()),
  in_reply_to: Type.Optional(Type.Unknown()),
  submitted_values: Type.Optional(Type.Unknown()),
  is_unsupported: Type.Optional(Type.Unknown()),
  referral: Type.Optional(Type.Unknown()),
});

const Message = Type.Object({
  id: Id,
  message_type: Type.Union([Type.Literal("incoming"), Type.Literal("outgoing"), Type.Literal("template")], {
    description: "incoming, outgoing or template",
  }),
  account: maybe(Account),
  inbox: maybe(Type.Object({ id: maybe(Id) })),
  conversation: Conversation,
  private: maybe(Type.Boolean()),
  content: maybe(Text),
  content_type: maybe(Text),
  content_attributes: maybe(ContentAttributes),
  additional_attributes: maybe(Type.Object({ campaign_id: Type.Optional(Type.Unknown()) })),
  sender: maybe(Person),
  attachments: maybe(Type.Array(Attachment)),
});
export type MessageBody = Static<typeof Message>;

const Typing = Type.Object({
  conversation: Conversation,
  user: maybe(Type.Object({ type: maybe(Text) })),
  is_private: maybe(Type.Boolean()),
});
export type TypingBody = Static<typeof Typing>;

const messageCheck = TypeCompiler.Compile(Message);
const conversationCheck = TypeCompiler.Compile(Conversation);
const typingCheck = TypeCompiler.Compile(Typing);

/** `body` as a message event; throws AppError `invalid_body` naming the first field that is wrong. */
export function asMessage(body: unknown): MessageBody {
  const message = checked(messageCheck, body);
  if (isTooLong(message.content ?? "")) {
    throw new AppError("invalid_body", `content must have at most ${CONTENT_LENGTH_MAX} characters`);
  }
  return message;
}

/** `body` as a conversation event, the conversation at the top level; throws AppError `invalid_body`. */
export function asConversation(body: unknown): Conversation {
  return checked(conversationCheck, body);
}

/** `body` as a typing event; throws AppError `invalid_body`. */
export function asTyping(body: unknown): TypingBody {
  return checked(typingCheck, body);
}

/** Counts characters as Chatwoot does, by code point, but only when the cheap count leaves a doubt. */
function isTooLong(content: string): boolean {
  return content.length > CONTENT_LENGTH_MAX && Array.from(content).length > CONTENT_LENGTH_MAX;
}

function checked<T extends TSchema>(check: TypeCheck<T>, body: unknown): Static<T> {
  if (check.Check(body)) return body;
  const error = check.Errors(body).First();
  throw new AppError("invalid_body", error ? complaint(error) : "the body has not the shape of its event");
}

/** Names the field by its path in the schema, never by a value. */
function complaint(error: ValueError): string {
  const inner = error.errors[0]?.First();
  // A "shape or null": what is wrong deeper in the shape says more than that the whole is neither.
  if (inner !== undefined && inner.path !== error.path) return complaint(inner);
  const field = error.path.slice(1).replaceAll("/", ".");
  return `${field} must be ${wording(error.schema)}`;
}

function wording(schema: TSchema): string {
  if (schema.description !== undefined) return schema.description;
  const variants: TSchema[] = schema["anyOf"] ?? [schema];
  return variants.map((variant) => WORDINGS[String(variant["type"])] ?? "of another type").join(" or ");
}

const WORDINGS: Record<string, string> = {
  integer: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "null",
};

/** A key that may be missing or null. */
function maybe<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}
