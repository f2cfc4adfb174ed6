// Users and what is theirs, as operators see it; the system's keys; tokens; whom a number names.
import {
  type Area,
  data,
  done,
  get,
  LIST,
  ofSetting,
  type Operation,
  page,
  post,
  put,
  remove,
  setting,
} from "./operation.ts";
import {
  aiKey,
  fileOperations,
  keyOperations,
  limits,
  line,
  lineNaming,
  lineOperations,
  linkOperations,
  mapping,
  newLine,
  numberOperations,
  profileOperations,
  usageOperation,
} from "./own.ts";
import {
  fields,
  flag,
  id,
  listOf,
  moment,
  named,
  orNull,
  type Properties,
  someOf,
  text,
  told,
  upTo,
  whole,
  words,
} from "./schema.ts";

const USER = "/admin/users/:id";
const NAME_LENGTH_MAX = 200;

const user = named(
  "User",
  fields({
    id,
    name: text,
    email: orNull(text),
    connection: told(orNull(text), "Null: a user of all of them."),
    retentionDays: told(orNull(whole), "How long what they said is kept. Null: as long as everybody's."),
    createdAt: moment,
    updatedAt: moment,
    limits: fields(limits),
  }),
);
const note = named(
  "MeetingNote",
  fields({
    id,
    title: orNull(text),
    content: text,
    contactName: orNull(text),
    contactPhone: orNull(text),
    metAt: orNull(moment),
    createdAt: moment,
  }),
);
const tokenRow = { id, name: text, scope: told(text, "admin, service, chat, or user: and an id.") };

export const identified = named(
  "Identity",
  fields(
    {
      input: text,
      kind: words("phone", "lid", "bsuid", "exact", "none"),
      key: orNull(text),
      normalizedNumber: orNull(text),
      matchedBy: text,
      userId: orNull(id),
      isVerified: flag,
      ambiguous: flag,
      disagreeing: listOf(text),
      layers: listOf(fields({ layer: text, users: listOf(fields({ userId: id, isVerified: flag })) })),
      reason: text,
    },
    ["reason"],
  ),
);
export const INQUIRY: Properties = {
  number: text,
  country: { type: "string", minLength: 2, maxLength: 2 },
  origin: words("stored", "whatsapp"),
  connection: text,
};

const addNumber = post(`${USER}/numbers`, "Say that a number is the user's", data(mapping), {
  body: fields(
    {
      number: text,
      verified: flag,
      exact: told(flag, "Also what is no number: kept as it is written."),
      connection: orNull(text),
    },
    ["verified", "exact", "connection"],
  ),
});

const users: Operation[] = [
  get("/admin/users", "Users, the newest first", page(user), {
    query: {
      ...LIST,
      name: told(text, "How it begins."),
      email: told(text, "How it begins."),
      connection: text,
    },
  }),
  post("/admin/users", "Add a user", data(user), {
    body: fields({ name: upTo(NAME_LENGTH_MAX), email: orNull(upTo(254)), connection: orNull(text) }, [
      "email",
      "connection",
    ]),
  }),
  ...setting(
    USER,
    "One user",
    "Rename a user, or say how long what they said is kept",
    data(user),
    someOf({ name: upTo(NAME_LENGTH_MAX), email: orNull(upTo(254)), retentionDays: orNull(whole) }),
  ),
];

const lines: Operation[] = [
  get("/admin/whatsapp-configs", "The lines of all users", page(line), { query: LIST }),
  post("/admin/whatsapp-configs", "Add a line of a user", newLine, {
    body: fields({ userId: id, ...lineNaming, verified: flag }, [...Object.keys(lineNaming), "verified"]),
  }),
  put("/admin/whatsapp-configs/:rowId", "Change a line", done("changed"), {
    body: someOf({ ...lineNaming, verified: flag }),
  }),
  remove("/admin/whatsapp-configs/:rowId", "Remove a line", done("removed")),
];

const notes: Operation[] = [
  get(`${USER}/meeting-notes`, "What was kept of meetings, the newest first", page(note), { query: LIST }),
  post(`${USER}/meeting-notes`, "Keep a note", data(fields({ id })), {
    body: fields(
      {
        content: upTo(50_000),
        title: orNull(upTo(500)),
        contactName: orNull(upTo(NAME_LENGTH_MAX)),
        contactPhone: orNull(text),
        metAt: orNull(moment),
      },
      ["title", "contactName", "contactPhone", "metAt"],
    ),
  }),
  remove(`${USER}/meeting-notes/:rowId`, "Remove a note", done("removed")),
];

const tokens: Operation[] = [
  get("/admin/tokens", "Tokens that were handed out", page(fields({ ...tokenRow, createdAt: moment })), {
    query: { ...LIST, scope: words("admin", "service", "chat", "user"), userId: id },
  }),
  post("/admin/tokens", "Make a token: it is shown this once", data(fields({ ...tokenRow, token: text })), {
    body: fields({ name: upTo(NAME_LENGTH_MAX), scope: text }),
  }),
  remove("/admin/tokens/:rowId", "Take a token back", done("removed")),
];

export const people: Area = {
  tag: "people",
  text: "Users, their numbers, lines, keys and files; the system's own keys; tokens.",
  scopes: ["admin"],
  operations: [
    ...users,
    ...numberOperations(`${USER}/numbers`, `${USER}/numbers/:rowId`, addNumber),
    ...profileOperations(`${USER}/profile`, setting),
    ...withSetting(
      lineOperations(`${USER}/whatsapp-configs`, `${USER}/whatsapp-configs/:rowId`, { verified: flag }),
      get(`${USER}/whatsapp-configs/:rowId`, "One of them", data(line)),
    ),
    ...withSetting(lines, get("/admin/whatsapp-configs/:rowId", "One line", data(line))),
    ...notes,
    ...linkOperations(`${USER}/webhook-links`, setting),
    ...withSetting(
      keyOperations(`${USER}/ai-keys`, `${USER}/ai-keys/:rowId`, "of the user"),
      get(`${USER}/ai-keys/:rowId`, "One AI key of the user", data(aiKey)),
    ),
    ...withSetting(
      keyOperations("/admin/ai-keys", "/admin/ai-keys/:rowId", "of the system"),
      get("/admin/ai-keys/:rowId", "One AI key of the system", data(aiKey)),
    ),
    post("/admin/ai-keys/wake", "Let every key that rests be tried again", done("woken")),
    ...setting(
      `${USER}/limits`,
      "How much the user may use",
      "Set limits; null lifts one, what is left out stays",
      data(fields(limits)),
      someOf(limits),
    ),
    usageOperation(`${USER}/usage`),
    ...fileOperations(`${USER}/files`, `${USER}/files/:rowId`),
    ...tokens,
    get("/admin/identity", "Who a number is, and which layer says so", data(identified), {
      query: INQUIRY,
      needed: ["number"],
    }),
  ],
};

/** An operator may read one of them, and change it for the form that was read alone. */
function withSetting(operations: readonly Operation[], show: Operation): Operation[] {
  return [...operations.map((one) => (one.method === "put" ? ofSetting(one) : one)), ofSetting(show)];
}
