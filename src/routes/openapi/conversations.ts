// Conversations and inboxes: who keeps lull quiet, how it behaves, what it is told of the business.
import { TIMELINE_KINDS } from "../../db/store-conversations.ts";
import { type Area, data, get, LIST, listOfStates, page, post, setting } from "./operation.ts";
import {
  anything,
  fields,
  flag,
  id,
  listOf,
  mapOf,
  moment,
  named,
  number,
  orNull,
  type Properties,
  type Schema,
  someOf,
  text,
  told,
  upTo,
  whole,
  wholeUpTo,
  words,
} from "./schema.ts";
import { turn } from "./work.ts";

const MINUTES_MAX = 43_200;
const PROMPT_LENGTH_MAX = 16_000;
const NOTE_LENGTH_MAX = 500;

const conversationRow = {
  id,
  connection: text,
  conversationId: told(whole, "Chatwoot's number of it."),
  inboxId: orNull(whole),
  channel: orNull(text),
  contactId: orNull(whole),
  userId: orNull(id),
  status: orNull(text),
  assignee: orNull(words("none", "human", "bot")),
  state: words("idle", "buffering", "processing"),
  pausedAt: orNull(moment),
  pausedUntil: orNull(moment),
  pausedBy: orNull(text),
  pausedByName: orNull(text),
  messageCount: whole,
  lastMessageAt: orNull(moment),
  createdAt: moment,
  canReply: orNull(flag),
  silence: told(orNull(text), "Why lull would keep silent there now; null: it would not."),
};

const event = named(
  "ConversationEvent",
  fields({ happenedAt: moment, name: text, subjectId: orNull(text), detail: orNull(mapOf(anything)) }),
);
const storyItem = named(
  "TimelineItem",
  fields({
    happenedAt: moment,
    kind: words(...TIMELINE_KINDS),
    detail: told(
      mapOf(anything),
      "What was said, with its text; a buffer, a turn with its steps and cost, and so on.",
    ),
  }),
);
const story = named(
  "ConversationStory",
  fields({ ...conversationRow, events: listOf(event), turns: listOf(turn) }),
);

const window = { silenceMs: orNull(whole), ageMaxMs: orNull(whole), sizeMax: orNull(whole) };
const hours = {
  timeZone: text,
  days: mapOf(listOf({ type: "string", pattern: "^\\d\\d:\\d\\d-\\d\\d:\\d\\d$" })),
  holidays: listOf({ type: "string", format: "date" }),
  answer: words("inside", "outside"),
  isCustomerTold: flag,
};
const lists = { block: listOf(text), allow: listOf(text) };
const handoff = {
  isByWords: flag,
  words: listOf(text),
  customerText: orNull(text),
  label: orNull(text),
  assigneeId: orNull(whole),
  teamId: orNull(whole),
};
const quality = { lowConfidence: words("send", "handoff"), linkHosts: listOf(text) };
const share = fields({ version: wholeUpTo(Number.MAX_SAFE_INTEGER), percent: wholeUpTo(100) });

/** `of` makes an object of its fields: all of them in an answer, some of them in a change. */
function settings(of: (properties: Properties) => Schema): Properties {
  return {
    mode: words("off", "watch", "answer"),
    window: of(window),
    hours: of(hours),
    lists: of(lists),
    groups: words("ignore", "answer"),
    answersPerHourMax: wholeUpTo(1_000),
    handoff: of(handoff),
    quality: of(quality),
    urgencyMin: wholeUpTo(10),
    labels: listOf(text),
  };
}

const inbox = named(
  "Inbox",
  fields({
    id: told(orNull(id), "Null: nothing was saved of it."),
    connection: orNull(text),
    inboxId: whole,
    userId: told(orNull(id), "Whose line it is."),
    settings: fields({
      ...settings(fields),
      hours: told(orNull(fields(hours)), "Null: always open."),
      promptShares: listOf(share),
    }),
    defaults: told(listOf(text), "Those of the settings that were never set."),
    waits: fields({ silenceMs: whole, ageMaxMs: whole, sizeMax: whole }),
    createdAt: orNull(moment),
    updatedAt: orNull(moment),
  }),
);

const prompt = named(
  "PromptVersion",
  fields({
    version: whole,
    note: orNull(text),
    createdAt: moment,
    length: whole,
    turns: whole,
    answered: whole,
    handedOff: whole,
    meanConfidence: orNull(number),
    silenced: told(mapOf(whole), "How many turns ended silent, by reason."),
    percent: orNull(whole),
  }),
);

/** A change of an inbox: null takes a part back to its default. */
const change = Object.fromEntries(
  Object.entries(settings(someOf)).map(([name, part]) => [name, orNull(part)]),
);
const AT = "/admin/inboxes/:connection/:inboxId";

export const conversations: Area = {
  tag: "conversations",
  text: "Conversations, named by their id or by Chatwoot's number (458, or shop:458), and the inboxes they came in by.",
  scopes: ["admin"],
  operations: [
    get(
      "/admin/conversations",
      "Conversations, the newest first",
      page(named("Conversation", fields(conversationRow))),
      {
        query: {
          ...listOfStates("idle", "buffering", "processing", "paused"),
          connection: text,
          inboxId: whole,
          contactId: whole,
          userId: id,
          status: words("open", "pending", "resolved", "snoozed"),
          outcome: told(words("resolved", "handed_off", "reopened"), "How it ended last."),
        },
      },
    ),
    get("/admin/conversations/:id", "One conversation with its latest events and turns", data(story)),
    get("/admin/conversations/:id/timeline", "All of its story, the newest first", page(storyItem), {
      query: { ...LIST, kind: words(...TIMELINE_KINDS) },
    }),
    post("/admin/conversations/:id/pause", "Keep lull quiet there", data(story), {
      body: someOf({ minutes: told(wholeUpTo(MINUTES_MAX), "Left out: until it is resolved or resumed.") }),
    }),
    post("/admin/conversations/:id/resume", "Let lull speak there again", data(story)),
    get("/admin/inboxes", "Every inbox that was seen or set, and how lull behaves there", page(inbox)),
    ...setting(
      AT,
      "One inbox",
      "Change how lull behaves there; what is left out stays, null is the default",
      data(inbox),
      someOf(change),
    ),
    get(`${AT}/prompts`, "What lull is told of the business, version by version", page(prompt)),
    post(`${AT}/prompts`, "Add a version", data(fields({ version: whole })), {
      body: fields({ text: upTo(PROMPT_LENGTH_MAX), note: orNull(upTo(NOTE_LENGTH_MAX)) }, ["note"]),
    }),
    ...setting(
      `${AT}/prompts/shares`,
      "Which versions answer which share of conversations",
      "Share conversations out among versions",
      data(fields({ shares: listOf(share) })),
      fields({ shares: listOf(share) }),
    ),
    get(
      `${AT}/prompts/:version`,
      "One version with its text",
      data(fields({ version: whole, text, note: orNull(text), createdAt: moment })),
    ),
    post(`${AT}/prompts/:version/restore`, "Add an earlier version anew", data(fields({ version: whole }))),
  ],
};
