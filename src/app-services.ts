// The services of the composition root: what keeps messages, answers them and sends the answers.
import { join } from "node:path";
import type { Base } from "./app.ts";
import type { People } from "./app-identity.ts";
import { openExtractor } from "./app-knowledge.ts";
import { wireLegacy } from "./app-legacy.ts";
import { BufferService } from "./buffer/buffer.ts";
import { DueWork } from "./buffer/due-work.ts";
import type { WindowRules } from "./buffer/window.ts";
import { Adopter } from "./chatwoot/adopter.ts";
import { CatchUp } from "./chatwoot/catch-up.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { Config, FlagName, InboxMode } from "./config.ts";
import type { IntakeRules, WindowPlace } from "./db/store-intake.ts";
import type { EndRules, FailureRules } from "./db/store-turns.ts";
import type { Claimant } from "./db/store.ts";
import type { FlagSubject } from "./db/store-flags.ts";
import { Errands } from "./delivery/errands.ts";
import { Notifications } from "./delivery/notifications.ts";
import { Relay } from "./delivery/relay.ts";
import { Typing } from "./delivery/typing.ts";
import { isAnswering } from "./inbox/hours.ts";
import type { Inboxes } from "./inbox/inboxes.ts";
import { Decider } from "./turn/decide.ts";
import { AttachmentFiles } from "./turn/attachment-files.ts";
import { FailedJobs } from "./turn/failed-jobs.ts";
import { FAILURE_SPAN_MS, failureErrand } from "./turn/failures.ts";
import { type ConversationState, type Gate, silenceBy } from "./turn/gate.ts";
import { Handoffs } from "./turn/handoffs.ts";
import { Hearing } from "./turn/hearing.ts";
import { Manners } from "./turn/manners.ts";
import { paced } from "./turn/pace.ts";
import { Reading } from "./turn/reading.ts";
import { Seeing } from "./turn/seeing.ts";
import { FAILURES_MAX } from "./turn/retry.ts";
import { rehearse } from "./turn/rehearsal.ts";
import { Reprocessing } from "./turn/reprocessing.ts";
import { Senses } from "./turn/senses.ts";
import type { SilenceReason } from "./turn/outcome.ts";
import { TurnWorker } from "./turn/worker.ts";
import type { Flags } from "./upkeep/flags.ts";
import { WebhookLog } from "./upkeep/webhook-log.ts";

export type Services = ReturnType<typeof wireServices>;

/** How many answers of one turn may be thrown away for messages that came later. */
const DISCARDS_MAX = 2;

/** The services; they know each other only by what they call when something is done. */
export function wireServices(
  config: Config,
  base: Base,
  claimant: Claimant,
  flags: Flags,
  inboxes: Inboxes,
  connections: Connections,
  { parties, asker, knowledge, resolver }: Pick<People, "parties" | "asker" | "knowledge" | "resolver">,
) {
  const { store, clock, random, log, metrics, tracing } = base;
  const chatwootOf = (connectionKey: number) => connections.withKey(connectionKey)?.chatwoot ?? null;
  const { intakeRules, rules, speakingRules, failureRules } = rulesOf(config, flags, inboxes, connections);
  const legacy = wireLegacy(config, base, flags, inboxes, connections);
  const isProcessingOn = () => flags.isProcessingOn();
  const working = { store, clock, random, log, metrics, claimant, pollMs: config.sweepMs, isProcessingOn };
  const shared = { ...working, tracing, chatwootOf };
  const languageDefault = config.locale ?? "en";
  const attachmentFiles = new AttachmentFiles({
    folder: join(config.dataDir, "media"),
    downloads: base.downloads,
    clock,
    random,
    originOf: (connectionKey) => connections.withKey(connectionKey)?.chatwootUrl ?? null,
  });
  const seeing = new Seeing({ files: attachmentFiles, asker });
  // Of its own: no customer waits for the long files of a user's knowledge.
  const reading = new Reading({ files: attachmentFiles, seeing, extractor: openExtractor(clock) });
  const errands = new Errands(shared);
  const hearing = new Hearing({
    ...shared,
    asker,
    files: attachmentFiles,
    isNoting: (subject) => flags.isOn("transcript_notes", subject),
    onNote: () => errands.wake(),
  });
  const handoffs = new Handoffs({ store, inboxes, languageDefault });
  const typing = new Typing({
    clock,
    log,
    chatwootOf,
    isOn: (subject) => config.isTypingOn && flags.isOn("typing_indicators", subject),
  });
  const buffers = new BufferService({
    ...shared,
    pollMs: null,
    rules: (now) => ({ ...intakeRules(now), sides: legacy.sides() }),
    onClosed: () => worker.wake(),
    onForwarded: () => legacy.relay?.wake(),
    onProof: (replyId) => {
      relay.proven(replyId);
      worker.wake();
      errands.wake();
    },
  });
  const senses = new Senses({ clock, log, hearing, seeing, reading });
  const thinking = {
    ...shared,
    asker,
    knowledge,
    inboxes,
    handoffs,
    isOn: (flag: FlagName, subject: FlagSubject) => flags.isOn(flag, subject),
    qualityThreshold: config.qualityThreshold,
  };
  const worker: TurnWorker = new TurnWorker({
    ...shared,
    rules,
    failureRules,
    parties,
    manners: new Manners({ store, clock, inboxes, languageDefault }),
    senses,
    handoffs,
    inboxes,
    pace: (result, subject) => (flags.isOn("split_replies", subject) ? paced(result, random) : result),
    decider: new Decider({ ...thinking, typing }),
    turnsMax: config.turnsMax,
    onFailed: () => errands.wake(),
    onEnd: (end) => {
      if (end.kind === "answered") relay.wake();
      errands.wake();
      if (end.kind === "superseded") buffers.rearm(end.rearm);
    },
  });
  const adopter = new Adopter({
    store,
    channels: config.channels,
    receive: (intake, bytes) => buffers.receive(intake, bytes),
  });
  const catchUp = new CatchUp({
    store,
    clock,
    log,
    metrics,
    adopter,
    connections: () => connections.all(),
    // It may have been removed since the look began.
    isServed: async (connectionKey, facts) =>
      connections.withKey(connectionKey) !== null &&
      inboxes.refusal(connectionKey, facts) === null &&
      (facts.channel === null || config.channels.includes(facts.channel)) &&
      !(await legacy.isLegacy(connectionKey, facts.conversationId)),
  });
  const relay: Relay = new Relay({
    ...shared,
    pollMs: null,
    rules: speakingRules,
    handoffOf: (connectionKey, inboxId) => inboxes.of(connectionKey, inboxId).handoff,
    settleMs: config.sendSettleMs,
    answerStatuses: config.answerStatuses,
    adopt: (connectionKey, conversationId, messages) =>
      adopter.adopt(connectionKey, conversationId, messages),
    followClock: () => buffers.followClock(),
    onSettled: (rearm) => {
      buffers.rearm(rearm);
      worker.wake();
      errands.wake();
    },
  });
  const notifications = new Notifications({
    store,
    clock,
    log,
    resolver,
    newRequestId: () => random.uuid(clock.now()),
    refusal: ({ connectionKey, inboxId, sender }) => {
      if (inboxes.of(connectionKey, inboxId).mode === "off") return "mode_off";
      return inboxes.isBlocked(connectionKey, inboxId, () => sender) ? "blocklist" : null;
    },
    wake: () => relay.wake(),
  });
  const dueWork = new DueWork({
    store,
    clock,
    closeDue: (now) => buffers.runOnce(now),
    wake: () => worker.wake(),
    isProcessingOn,
  });
  const failedJobs = new FailedJobs({ store, clock, log, wake: () => worker.wake() });
  const silenceNow = (state: ConversationState) => silenceAt(clock.now(), state, speakingRules, inboxes);
  const reprocessing = new Reprocessing({
    store,
    now: () => clock.now(),
    rehearse: (claim, signal) => rehearse(claim, { ...thinking, parties, senses }, signal),
    silenceNow,
    notifications,
  });
  const webhookLog = new WebhookLog({ store, clock, log, metrics });
  return {
    legacy,
    webhookLog,
    buffers,
    worker,
    relay,
    errands,
    typing,
    catchUp,
    attachmentFiles,
    notifications,
    failedJobs,
    dueWork,
    reprocessing,
    silenceNow,
    failureRules,
  };
}

/** What lull would keep silent for by what its rows know. */
function silenceAt(
  now: number,
  state: ConversationState,
  rules: (now: number) => EndRules,
  inboxes: Inboxes,
): SilenceReason | null {
  const { hours } = inboxes.of(state.connectionKey, state.inboxId);
  return rules(now).gate(state) ?? (hours === null || isAnswering(hours, now) ? null : "outside_hours");
}

/** How long is waited, whose messages are taken, which conversations are answered, and how a turn may end, and fail. */
function rulesOf(
  { answerStatuses, humanPauseMs: pauseMs }: Config,
  flags: Flags,
  inboxes: Inboxes,
  connections: Connections,
) {
  // A connection that was removed is off in all its inboxes.
  const isIn = ({ connectionKey, inboxId }: ConversationState, modes: readonly InboxMode[]) =>
    connections.withKey(connectionKey) !== null && modes.includes(inboxes.of(connectionKey, inboxId).mode);
  const gateWith =
    (now: number, modes: readonly InboxMode[]): Gate =>
    (state) =>
      silenceBy(state, answerStatuses, now) ?? (isIn(state, modes) ? null : "mode_off");
  const gate = (now: number) => gateWith(now, ["watch", "answer"]);
  const windowOf = ({ inboxId, ...subject }: WindowPlace): WindowRules => {
    const isHurrying = flags.isOn("priority_processing", subject);
    return {
      ...inboxes.windowOf(subject.connectionKey, inboxId),
      isAdaptive: flags.isOn("adaptive_window", subject),
      urgencyMin: isHurrying ? inboxes.of(subject.connectionKey, inboxId).urgencyMin : null,
    };
  };
  const isBuffering = (subject: FlagSubject): boolean => flags.isOn("message_buffering", subject);
  const refusal: IntakeRules["refusal"] = (connectionKey, facts) => inboxes.refusal(connectionKey, facts);
  const intakeRules = (now: number): Omit<IntakeRules, "sides"> => ({
    windowOf,
    isBuffering,
    refusal,
    pauseMs,
    gate: gate(now),
  });
  const rules = (now: number): EndRules => ({
    gate: gate(now),
    windowOf,
    pauseMs,
    discardsMax: DISCARDS_MAX,
  });
  // A turn is thought about where lull only watches, too; nothing leaves there, however long it waited.
  const speakingRules = (now: number): EndRules => ({ ...rules(now), gate: gateWith(now, ["answer"]) });
  const failureRules = (now: number): FailureRules => ({
    gate: gate(now),
    errandOf: ({ conversation: { connectionKey, inboxId }, ...failed }) =>
      failureErrand(inboxes.of(connectionKey, inboxId), failed),
    spanMs: FAILURE_SPAN_MS,
    failuresMax: FAILURES_MAX,
  });
  return { intakeRules, rules, speakingRules, failureRules };
}
