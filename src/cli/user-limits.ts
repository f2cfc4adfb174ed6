// `lull user limits`: how much a user may use.
import { type Command, InvalidArgumentError } from "commander";
import { at, facts, type Row } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

const NONE = "none";
/** What a flag says; commander takes a null for no value at all. */
type Wanted = number | typeof NONE;

/** Without its flag a limit stays as it is. */
interface LimitFlags extends DataFlags {
  requestsPerMinute?: Wanted;
  tokensPerDay?: Wanted;
  /** In micro-dollars already. */
  spendPerMonthUsd?: Wanted;
}

const MICRO_USD = 1_000_000;

export function addLimitsVerb(user: Command, perform: Perform): void {
  dataVerb(user, "limits <id>", `Show or set how much a user may use; '${NONE}' takes a limit away.`)
    .option("--requests-per-minute <n>", "model calls in a minute", wholeNumberOrNone)
    .option("--tokens-per-day <n>", "tokens in a day", wholeNumberOrNone)
    .option("--spend-per-month-usd <amount>", "dollars in a month", dollarsOrNone)
    .action((id: string, flags: LimitFlags) => perform(flags, (daemon) => limitUser(daemon, id, flags)));
}

/** A line each. */
export function limitFacts(limits: unknown): [string, unknown][] {
  const spend = at(limits, "spendPerMonthMicroUsd");
  return [
    ["requests per minute", at(limits, "requestsPerMinute") ?? NONE],
    ["tokens per day", at(limits, "tokensPerDay") ?? NONE],
    ["spend per month", typeof spend === "number" ? dollars(spend) : NONE],
  ];
}

async function limitUser(daemon: DaemonClient, userId: string, flags: LimitFlags): Promise<Shown> {
  const wanted = wantedLimits(flags);
  const isChange = Object.keys(wanted).length > 0;
  const data = isChange
    ? await daemon.ask("PUT", limitsOf(userId), wanted)
    : await daemon.ask("GET", limitsOf(userId));
  return { data, text: facts(limitFacts(data)) };
}

/** What the flags say; null lifts a limit. */
function wantedLimits({
  requestsPerMinute,
  tokensPerDay,
  spendPerMonthUsd: spendPerMonthMicroUsd,
}: LimitFlags): Row {
  const limits = Object.entries({ requestsPerMinute, tokensPerDay, spendPerMonthMicroUsd });
  const given = limits.filter(([, limit]) => limit !== undefined);
  return Object.fromEntries(given.map(([name, limit]) => [name, limit === NONE ? null : limit]));
}

function limitsOf(userId: string): string {
  return `/users/${segment(userId)}/limits`;
}

function wholeNumberOrNone(text: string): Wanted {
  if (text === NONE) return NONE;
  const limit = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new InvalidArgumentError(`It must be a whole number above 0, or ${NONE}.`);
}

/** Dollars with up to six digits behind the point, as micro-dollars. */
function dollarsOrNone(text: string): Wanted {
  if (text === NONE) return NONE;
  const microUsd = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * MICRO_USD) : 0;
  if (microUsd > 0) return microUsd;
  throw new InvalidArgumentError(`It must be an amount above 0 such as 12.50, or ${NONE}.`);
}

function dollars(microUsd: number): string {
  return `${(microUsd / MICRO_USD).toFixed(6).replace(/0{0,4}$/, "")} USD`;
}
