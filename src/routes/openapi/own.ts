// What a user has: numbers, profile, lines, keys, links, usage and files. Operators ask for it below /admin/users/:id, users
// for their own below /v1/me, programs for files below /v1/knowledge.
import {
  bytes,
  data,
  done,
  form,
  get,
  head,
  LIST,
  nothing,
  type Operation,
  type Pair,
  page,
  patch,
  post,
  put,
  remove,
} from "./operation.ts";
import {
  fields,
  flag,
  id,
  listOf,
  moment,
  named,
  number,
  orNull,
  someOf,
  text,
  told,
  upTo,
  url,
  whole,
  wholeUpTo,
  words,
} from "./schema.ts";

const NAME_LENGTH_MAX = 200;
const ID_MAX = Number.MAX_SAFE_INTEGER;
const DAYS_MAX = 366;

const mapping = named(
  "NumberMapping",
  fields({
    id,
    number: text,
    kind: text,
    connection: told(orNull(text), "Null: in all of them."),
    isVerified: flag,
    source: words("admin", "self"),
    verifiedAt: orNull(moment),
    createdAt: moment,
    codeExpiresAt: orNull(moment),
  }),
);
const profile = named(
  "Profile",
  fields({ fullName: orNull(text), language: orNull(text), whatsappNumber: orNull(text), isVerified: flag }),
);
const line = named(
  "WhatsAppConfig",
  fields({
    id,
    userId: id,
    connection: orNull(text),
    phoneNumberId: orNull(text),
    inboxId: orNull(whole),
    phoneNumber: orNull(text),
    isActive: flag,
    isVerified: flag,
    createdAt: moment,
    updatedAt: moment,
  }),
);
export const lineNaming = {
  phoneNumberId: orNull(upTo(100)),
  inboxId: orNull(wholeUpTo(ID_MAX)),
  phoneNumber: orNull(text),
  connection: orNull(upTo(NAME_LENGTH_MAX)),
  active: flag,
};
const newLine = data(fields({ id, isActive: flag, isVerified: flag }));
const links = {
  webhookUrl: orNull(url),
  groqApiUrl: orNull(url),
  webhookEnabled: flag,
  groqEnabled: flag,
};
const webhookLinks = named("WebhookLinks", fields(links));
const aiKey = named(
  "AiKey",
  fields({
    id,
    provider: words("groq", "openai"),
    lastFour: text,
    model: orNull(text),
    temperature: orNull(number),
    priority: told(whole, "The lowest is tried first."),
    restedUntil: orNull(moment),
    restReason: orNull(text),
    lastUsedAt: orNull(moment),
    createdAt: moment,
  }),
);
const keyManner = {
  model: orNull(upTo(NAME_LENGTH_MAX)),
  temperature: orNull({ type: "number", minimum: 0, maximum: 2 }),
  priority: orNull({ type: "integer", minimum: 0, maximum: 1_000 }),
};
export const limits = {
  requestsPerMinute: orNull(wholeUpTo(ID_MAX)),
  tokensPerDay: orNull(wholeUpTo(ID_MAX)),
  spendPerMonthMicroUsd: orNull(wholeUpTo(ID_MAX)),
};
const usage = named(
  "Usage",
  fields({
    since: moment,
    limits: fields(limits),
    spans: listOf(fields({ kind: text, startsAt: moment, used: whole, max: orNull(whole) })),
    rows: listOf(
      fields({
        provider: text,
        model: text,
        step: text,
        credentialSource: words("user", "owner", "system"),
        calls: whole,
        inputTokens: orNull(whole),
        outputTokens: orNull(whole),
        audioSeconds: orNull(number),
        costMicroUsd: orNull(whole),
        unpricedCalls: whole,
      }),
    ),
  }),
);
export const file = named(
  "KnowledgeFile",
  fields({
    id,
    name: text,
    kind: text,
    audience: words("owner", "customers"),
    sizeBytes: whole,
    state: text,
    reason: orNull(text),
    pageCount: orNull(whole),
    passageCount: whole,
    isTruncated: flag,
    isStored: flag,
    createdAt: moment,
    updatedAt: moment,
    contentType: text,
  }),
);
const fileWords = { name: text, audience: words("owner", "customers") };
const upload = form({ ...fileWords, file: told(bytes.schema, "Behind the fields that it goes with.") });

/** `path` is where the keys are, `one` a single one of them. */
export function keyOperations(path: string, one: string, whose: string): Operation[] {
  return [
    get(path, `AI keys ${whose}, in the order in which they are tried`, page(aiKey)),
    post(path, `Keep an AI key ${whose}, sealed`, data(aiKey), {
      body: fields({ provider: words("groq", "openai"), apiKey: text, ...keyManner }, Object.keys(keyManner)),
    }),
    put(one, `Change how an AI key ${whose} is used`, data(aiKey), { body: someOf(keyManner) }),
    remove(one, `Forget an AI key ${whose}`, done("removed")),
  ];
}

export function fileOperations(path: string, one: string): Operation[] {
  return [
    get(path, "The user's files, the newest first", page(file), { query: LIST }),
    post(path, "Upload a file", data(file), { body: upload }),
    get(one, "Download a file, or a range of it", bytes, { headers: ["Range"] }),
    head(one, "The size and type of a file", nothing),
    put(one, "Replace a file by its next version", data(file), { body: upload }),
    patch(one, "Rename a file, or say who is answered from it", data(file), { body: someOf(fileWords) }),
    remove(one, "Delete a file", done("removed")),
  ];
}

export function profileOperations(path: string, both: Pair): Operation[] {
  const change = someOf({
    fullName: orNull(upTo(NAME_LENGTH_MAX)),
    language: orNull(upTo(35)),
    whatsappNumber: orNull(text),
  });
  return both(
    path,
    "Name, language and number",
    "Change them; what is left out stays",
    data(profile),
    change,
  );
}

export function linkOperations(path: string, both: Pair): Operation[] {
  const shows = "Addresses that are kept for reference";
  return both(path, shows, "Change them; what is left out stays", data(webhookLinks), someOf(links));
}

export function usageOperation(path: string): Operation {
  return get(path, "What was used of the models in the last days", data(usage), {
    query: { days: wholeUpTo(DAYS_MAX) },
  });
}

/** `proof` is what only an admin may say. */
export function lineOperations(path: string, one: string, proof: { verified?: typeof flag }): Operation[] {
  const body = someOf({ ...lineNaming, ...proof });
  return [
    get(path, "Inboxes and numbers that messages come in on", page(line), { query: LIST }),
    post(path, "Add one", newLine, { body }),
    put(one, "Change one", done("changed"), { body }),
    remove(one, "Remove one", done("removed")),
  ];
}

export function numberOperations(path: string, one: string, add: Operation): Operation[] {
  return [
    get(path, "WhatsApp numbers of the user", page(mapping)),
    add,
    remove(one, "Take a number away", done("removed")),
  ];
}

export { aiKey, line, mapping, newLine };
