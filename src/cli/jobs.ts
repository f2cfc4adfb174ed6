// `lull jobs`: turns and what became of them; failed ones tried again or given up, a completed buffer asked about anew.
import { type Command, InvalidArgumentError, Option } from "commander";
import { at, type Columns, facts, type Row, rowsOf, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

/** Without its flag a filter says nothing. */
interface FilterFlags extends DataFlags {
  state?: string;
  quarantined?: true;
  connection?: string;
  conversation?: number;
  errorCode?: string;
  since?: string;
  until?: string;
}

interface ListFlags extends FilterFlags {
  limit: number;
}

interface RetryFlags extends FilterFlags {
  includeQuarantined?: true;
  limit?: number;
}

interface ReprocessFlags extends DataFlags {
  post?: true;
  yes?: true;
}

/** Jobs that are listed, and the most that may be. */
const LISTED_DEFAULT = 50;
const LISTED_MAX = 200;
const STATES = ["scheduled", "running", "completed", "failed"];

export function addJobVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const jobs = program.command("jobs").description("Turns, their failures, and what to do about them.");
  filters(dataVerb(jobs, "list", "Jobs, newest first."))
    .addOption(new Option("--state <state>", "those in one state").choices(STATES))
    .option("--quarantined", "those that failed too often")
    .option("--limit <n>", "at most so many", listLimit, LISTED_DEFAULT)
    .action((flags: ListFlags) => perform(flags, (daemon) => listJobs(daemon, flags)));
  dataVerb(
    jobs,
    "show <jobId>",
    "One turn whole: its messages, steps, deliveries, and the reason of a silence.",
  ).action((jobId: string, flags: DataFlags) => perform(flags, (daemon) => showJob(daemon, jobId)));
  dataVerb(jobs, "retry <jobId>", "Try a failed job again, also one that is quarantined.").action(
    (jobId: string, flags: DataFlags) => perform(flags, (daemon) => retryJob(daemon, jobId)),
  );
  filters(dataVerb(jobs, "retry-failed", "Try all failed jobs again, their attempts reset."))
    .option("--include-quarantined", "those that failed too often, too")
    .option("--limit <n>", "at most so many", wholeNumber)
    .action((flags: RetryFlags) => perform(flags, (daemon) => retryFailed(daemon, flags)));
  filters(dataVerb(jobs, "discard [jobId]", "Give up a failed job, or all that the flags name."))
    .option("--quarantined", "those that failed too often")
    .option("--limit <n>", "at most so many", wholeNumber)
    .action((jobId: string | undefined, flags: RetryFlags) =>
      perform(flags, (daemon) => discard(daemon, jobId, flags)),
    );
  dataVerb(jobs, "reprocess <bufferId>", "Ask the model anew about a completed buffer; nothing is posted.")
    .option("--post", "send the answer to the customer")
    .option("--yes", "do not ask")
    .action((bufferId: string, flags: ReprocessFlags) => {
      if (flags.post && flags.yes === undefined && !terminal.input.isTerminal)
        throw new UsageError("There is nobody to ask whether the customer may read it.", "Add --yes.");
      return perform(flags, (daemon) => reprocess(daemon, bufferId, flags, terminal));
    });
}

function filters(verb: Command): Command {
  return verb
    .option("--connection <name>", "of one connection")
    .option("--conversation <id>", "of one conversation", wholeNumber)
    .option("--error-code <code>", "that failed so, such as ai_unavailable")
    .option("--since <moment>", "made at 2026-06-18T13:00:00Z or later")
    .option("--until <moment>", "made before it");
}

const COLUMNS: Columns = {
  JOB: ({ id }) => id,
  CONNECTION: ({ connection }) => connection,
  CONVERSATION: ({ conversationId }) => conversationId,
  STATE: stateOf,
  REASON: ({ reason, errorCode }) => reason ?? errorCode,
  FAILED: ({ failureCount }) => failureCount,
  MADE: ({ createdAt }) => createdAt,
};

function stateOf({ state, quarantinedAt, discardedAt }: Row): string {
  if (typeof discardedAt === "string") return "discarded";
  return typeof quarantinedAt === "string" ? "quarantined" : shown(state);
}

function listLimit(text: string): number {
  const limit = wholeNumber(text);
  if (limit >= 1 && limit <= LISTED_MAX) return limit;
  throw new InvalidArgumentError(`It must be from 1 to ${LISTED_MAX}.`);
}

async function listJobs(daemon: DaemonClient, flags: ListFlags): Promise<Shown> {
  const asked = { ...wanted(flags), state: flags.state, limit: flags.limit };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  const data = rowsOf(await daemon.ask("GET", `/jobs?${query.toString()}`));
  return { data, text: table(data, COLUMNS, "There are no such jobs.") };
}

async function showJob(daemon: DaemonClient, jobId: string): Promise<Shown> {
  const data = await daemon.ask("GET", `/jobs/${segment(jobId)}`);
  const names = ["id", "connection", "conversationId", "bufferId", "state", "outcome", "reason"];
  const failure = ["errorCode", "errorMessage", "attempts", "failureCount", "quarantinedAt", "discardedAt"];
  const steps = rowsOf(at(data, "steps")).map(stepLine);
  return {
    data,
    text: facts([...[...names, ...failure].map((name) => [name, at(data, name)] as const), ...steps]),
  };
}

function stepLine({ attempt, name, outcome, durationMs }: Row): [string, string] {
  return [`step ${shown(attempt)}`, `${shown(name)} ${shown(outcome)}, ${shown(durationMs)} ms`];
}

async function retryJob(daemon: DaemonClient, jobId: string): Promise<Shown> {
  const data = await daemon.ask("POST", `/jobs/${segment(jobId)}/retry`);
  return { data, text: `✓ Job ${jobId} is tried again.` };
}

async function retryFailed(daemon: DaemonClient, flags: RetryFlags): Promise<Shown> {
  const { includeQuarantined, limit } = flags;
  const data = await daemon.ask("POST", "/jobs/retry-failed", {
    ...wanted(flags),
    includeQuarantined,
    limit,
  });
  const left = `${shown(at(data, "left", "quarantined"))} quarantined and ${shown(at(data, "left", "other"))} others`;
  return { data, text: `✓ ${shown(at(data, "retried"))} jobs are tried again; ${left} were left alone.` };
}

async function discard(daemon: DaemonClient, jobId: string | undefined, flags: RetryFlags): Promise<Shown> {
  const filter = wanted(flags);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (jobId !== undefined && isFiltered)
    throw new UsageError("It is not clear which jobs are meant.", "Give a job's id or flags, not both.");
  if (jobId !== undefined) {
    const data = await daemon.ask("POST", `/jobs/${segment(jobId)}/discard`);
    return { data, text: `✓ Job ${jobId} is given up.` };
  }
  if (!isFiltered)
    throw new UsageError(
      "It is not said which jobs are meant.",
      "Give a job's id, or a flag such as --error-code.",
    );
  const data = await daemon.ask("POST", "/jobs/discard", { ...filter, limit: flags.limit });
  return { data, text: `✓ ${shown(at(data, "discarded"))} jobs are given up.` };
}

async function reprocess(
  daemon: DaemonClient,
  bufferId: string,
  { post, yes }: ReprocessFlags,
  { input }: Terminal,
): Promise<Shown> {
  if (post && yes === undefined) {
    const answer = await input.ask("Send the model's new answer to the customer? [y/N] ", false);
    if (!/^y(es)?$/i.test(answer?.trim() ?? ""))
      return { data: { deliveryIds: [] }, text: "Nothing was sent." };
  }
  const body = post ? { post: true, confirm: bufferId } : {};
  const data = await daemon.ask("POST", `/buffers/${segment(bufferId)}/reprocess`, body);
  const names = [
    "silence",
    "handoff",
    "confidence",
    "intent",
    "promptVersion",
    "inputTokens",
    "outputTokens",
  ];
  const lines = ["reply", ...names, "costMicroUsd", "deliveryIds"].map(
    (name) => [name, at(data, name)] as const,
  );
  return { data, text: facts(lines) };
}

function wanted({
  quarantined,
  connection,
  conversation: conversationId,
  errorCode,
  since,
  until,
}: FilterFlags): Row {
  return { quarantined, connection, conversationId, errorCode, since, until };
}
