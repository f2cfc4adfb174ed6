// How well it goes, as data: who is known, whose keys answer, the work by the hour, and each aim beside what was measured.
import {
  fields,
  flag,
  id,
  listOf,
  mapOf,
  moment,
  named,
  number,
  orNull,
  text,
  told,
  whole,
  words,
} from "./schema.ts";

export const counts = mapOf(whole);
const rate = told(orNull(number), "Null: there was nothing to measure.");

const people = {
  identification: fields({
    customerMessages: whole,
    identifiedMessages: whole,
    rate,
    target: number,
    byLayer: counts,
  }),
  unidentifiedMessages: listOf(
    fields({ id: text, connection: text, conversationId: orNull(whole), createdAt: moment }),
  ),
  credentialCoverage: fields({
    users: whole,
    usersWithKey: whole,
    rate,
    withoutKey: listOf(fields({ id, name: text })),
  }),
  fallback: fields({ calls: whole, systemCalls: whole, rate, callsBySource: counts }),
};

const work = {
  buffers: fields({
    byStatus: counts,
    perHour: listOf(fields({ hourAt: moment, buffersCreated: whole, averageMessagesPerBuffer: number })),
    processingPerHour: listOf(
      fields({ hourAt: moment, buffersProcessed: whole, averageProcessingSeconds: number }),
    ),
  }),
  turns: fields({ completed: whole, failed: whole, successRate: rate, meanConfidence: rate }),
  failedJobs: fields({
    count: whole,
    quarantinedCount: whole,
    newest: listOf(
      fields({
        id,
        connection: text,
        conversationId: whole,
        errorCode: orNull(text),
        failureCount: whole,
      }),
    ),
  }),
  messageCounts: fields({
    checked: whole,
    miscounted: listOf(fields({ bufferId: id, messageCount: whole, actualMessageCount: whole })),
  }),
  conversations: fields({
    ended: whole,
    resolved: whole,
    resolvedWithoutHuman: whole,
    completionRate: rate,
    ratings: whole,
    meanRating: rate,
  }),
};

const criterion = named(
  "Criterion",
  fields(
    {
      name: text,
      unit: words("share", "seconds", "count", "of 5", "of 1"),
      target: number,
      aim: words("above", "at most"),
      measured: rate,
      isMet: orNull(flag),
      beside: told(mapOf(orNull(number)), "What belongs beside it."),
    },
    ["beside"],
  ),
);

const legacy = fields({
  byState: fields({ waiting: whole, sent: whole, failed: whole }),
  oldestWaitingAt: orNull(moment),
  answerMs: fields({ p50: orNull(number), p95: orNull(number) }),
});

export const figures = named(
  "Figures",
  fields({
    hours: whole,
    ...people,
    ...work,
    criteria: listOf(criterion),
    legacy: told(legacy, "Webhooks for the older system."),
  }),
);
