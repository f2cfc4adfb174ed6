// Messages on their way through lull: buffers, the turns that answer them, replies, and what is done in Chatwoot beside them.
import { answer, type Area, data, done, get, listOfStates, page, post } from "./operation.ts";
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
  only,
  orNull,
  someOf,
  text,
  told,
  whole,
  wholeUpTo,
  words,
} from "./schema.ts";

/** Jobs that one request may change. */
const BULK_COUNT_MAX = 10_000;

/** The longest that a deadline is put off at once. */
const EXTENSION_SECONDS_MAX = 600;

const bufferRow = {
  id,
  connection: text,
  conversationId: whole,
  status: words("active", "processing", "completed", "cancelled", "failed"),
  cancelReason: orNull(text),
  messageCount: whole,
  discardCount: told(whole, "How many answers were thrown away for later messages."),
  windowMs: orNull(whole),
  windowReason: orNull(text),
  urgency: orNull(whole),
  openedAt: moment,
  dueAt: moment,
  heldUntil: orNull(moment),
  mergedInto: orNull(id),
  processedAt: orNull(moment),
};

const message = named(
  "BufferedMessage",
  fields({
    messageId: told(whole, "Chatwoot's."),
    content: orNull(text),
    kind: text,
    receivedAt: moment,
    editedAt: orNull(moment),
    deletedAt: orNull(moment),
    outcome: orNull(words("answered", "silenced", "cancelled", "failed")),
    reason: orNull(text),
    replyId: orNull(id),
  }),
);

export const listedBuffer = named(
  "Buffer",
  fields({
    ...bufferRow,
    actualMessageCount: told(whole, "As many as there are rows: it should be messageCount."),
    turnId: orNull(id),
    turnState: orNull(words("scheduled", "running", "completed", "failed")),
    attempts: orNull(whole),
    errorCode: orNull(text),
    errorMessage: orNull(text),
  }),
);

const reprocessed = named(
  "Reprocessed",
  fields({
    reply: told(orNull(text), "What the customer would read."),
    silence: orNull(text),
    handoff: orNull(text),
    confidence: orNull(number),
    intent: orNull(text),
    promptVersion: orNull(whole),
    inputTokens: orNull(whole),
    outputTokens: orNull(whole),
    costMicroUsd: orNull(whole),
    deliveryIds: listOf(id),
  }),
);

export const turnRow = {
  id,
  connection: text,
  conversationId: whole,
  bufferId: id,
  state: words("scheduled", "running", "completed", "failed"),
  outcome: orNull(words("answered", "silenced", "superseded", "failed")),
  reason: orNull(text),
  errorCode: orNull(text),
  errorMessage: orNull(text),
  attempts: whole,
  errorAttempts: whole,
  crashAttempts: whole,
  failureCount: whole,
  scheduledFor: moment,
  quarantinedAt: orNull(moment),
  discardedAt: orNull(moment),
  createdAt: moment,
  processedAt: orNull(moment),
};

export const turn = named("Job", fields(turnRow));

const delivery = named(
  "Delivery",
  fields({
    id,
    connection: text,
    conversationId: whole,
    turnId: told(orNull(id), "Null: a notification."),
    kind: words("reply", "notification"),
    part: whole,
    pauseMs: whole,
    state: words("intent", "sending", "unknown", "sent", "failed", "cancelled"),
    reason: orNull(text),
    sends: whole,
    looks: whole,
    dueAt: moment,
    unknownSince: orNull(moment),
    messageId: orNull(whole),
    createdAt: moment,
    settledAt: orNull(moment),
  }),
);

const errand = named(
  "Errand",
  fields({
    id,
    connection: text,
    conversationId: whole,
    turnId: orNull(id),
    kind: text,
    state: words("waiting", "done", "failed"),
    reason: orNull(text),
    attempts: whole,
    dueAt: moment,
    createdAt: moment,
    doneAt: orNull(moment),
  }),
);

const step = named(
  "TurnStep",
  fields({
    attempt: whole,
    name: text,
    outcome: text,
    startedAt: moment,
    durationMs: number,
    detail: mapOf(anything),
  }),
);

const wholeTurn = named(
  "Turn",
  fields({
    ...turnRow,
    promptVersion: orNull(whole),
    urgency: orNull(whole),
    confidence: orNull(number),
    intent: orNull(text),
    quality: orNull(mapOf(anything)),
    handoffReason: orNull(text),
    messages: listOf(message),
    steps: listOf(step),
    deliveries: listOf(delivery),
    errands: listOf(errand),
  }),
);

const failedJobs = {
  connection: text,
  conversationId: wholeUpTo(Number.MAX_SAFE_INTEGER),
  errorCode: text,
  since: moment,
  until: moment,
};

const PLACE_AND_SPAN = {
  connection: text,
  conversationId: wholeUpTo(Number.MAX_SAFE_INTEGER),
  since: moment,
  until: moment,
};

export const work: Area = {
  tag: "work",
  text: "What waits, what is being answered, what is on its way.",
  scopes: ["admin"],
  operations: [
    get("/admin/buffers", "Buffers with their turns, the newest first", page(listedBuffer), {
      query: {
        ...listOfStates("active", "processing", "completed", "cancelled", "failed"),
        ...PLACE_AND_SPAN,
        userId: id,
      },
    }),
    get(
      "/admin/buffers/:id",
      "One buffer with its messages",
      data(named("BufferWhole", fields({ ...bufferRow, messages: listOf(message) }))),
    ),
    post("/admin/buffers/:id/process", "Answer an open buffer now", done("processing")),
    post(
      "/admin/buffers/:id/extend",
      "Give an open buffer more time, within its age",
      answer({ action: only("extended"), dueAt: moment }),
      { body: fields({ seconds: wholeUpTo(EXTENSION_SECONDS_MAX) }) },
    ),
    post(
      "/admin/buffers/:id/reprocess",
      "Ask a model anew about a completed buffer; post it only where it is confirmed",
      data(reprocessed),
      {
        body: someOf({
          post: flag,
          confirm: told(id, "The buffer's id once more: the customer will read the answer."),
        }),
      },
    ),
    post("/admin/buffers/:id/cancel", "Drop an open buffer", done("cancelled")),
    get("/admin/jobs", "Turns, the newest first", page(turn), {
      query: {
        ...listOfStates("scheduled", "running", "completed", "failed"),
        quarantined: flag,
        ...failedJobs,
      },
    }),
    get("/admin/jobs/:id", "One turn whole", data(wholeTurn)),
    get("/admin/turns/:id", "One turn whole: messages, steps, deliveries, errands", data(wholeTurn)),
    post(
      "/admin/jobs/retry-failed",
      "Try failed turns again, the quarantined only where it is said",
      data(fields({ retried: whole, left: fields({ quarantined: whole, other: whole }) })),
      { body: someOf({ ...failedJobs, includeQuarantined: flag, limit: wholeUpTo(BULK_COUNT_MAX) }) },
    ),
    post(
      "/admin/jobs/discard",
      "Give failed turns up that are meant by at least one field",
      data(fields({ discarded: whole })),
      { body: someOf({ ...failedJobs, quarantined: flag, limit: wholeUpTo(BULK_COUNT_MAX) }) },
    ),
    post("/admin/jobs/:id/retry", "Try a failed turn again", done("scheduled")),
    post("/admin/jobs/:id/discard", "Give a failed turn up", done("discarded")),
    get("/admin/outbox", "Replies and notifications, the newest first", page(delivery), {
      query: {
        ...listOfStates("intent", "sending", "unknown", "sent", "failed", "cancelled"),
        ...PLACE_AND_SPAN,
        kind: words("reply", "notification"),
      },
    }),
    post("/admin/outbox/:id/retry", "Send a failed delivery again", done("scheduled")),
    get("/admin/errands", "What is done in Chatwoot beside messages, the newest first", page(errand), {
      query: {
        ...listOfStates("waiting", "done", "failed"),
        ...PLACE_AND_SPAN,
        kind: words("note", "handoff", "label", "resolve"),
      },
    }),
    post("/admin/errands/:id/retry", "Try a failed errand again", done("scheduled")),
  ],
};
