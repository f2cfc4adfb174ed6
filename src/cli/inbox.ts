// `lull inbox`: how lull behaves in each inbox.
import { type Command, InvalidArgumentError, Option } from "commander";
import { INBOX_MODES } from "../config.ts";
import { at, type Columns, facts, isRow, type Row, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

/** Without its flag a setting stays as it is. */
interface SetFlags extends DataFlags {
  mode?: string;
  /** In ms already, as all waits. */
  silence?: number;
  longest?: number;
  messages?: number;
  groups?: string;
  answersPerHour?: number;
  block?: string[];
  allow?: string[];
  jsonFile?: string;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

export function addInboxVerbs(program: Command, perform: Perform, terminal: Terminal): Command {
  const inbox = program.command("inbox").description("Inboxes, and how lull behaves in each.");
  dataVerb(inbox, "list", "All inboxes that lull has seen.").action((flags: DataFlags) =>
    perform(flags, listInboxes),
  );
  dataVerb(inbox, "show <connection> <inboxId>", "All that holds in one inbox.").action(
    (connection: string, inboxId: string, flags: DataFlags) =>
      perform(flags, (daemon) => showInbox(daemon, connection, inboxId)),
  );
  dataVerb(inbox, "set <connection> <inboxId>", "Change how lull behaves in an inbox.")
    .addOption(new Option("--mode <mode>", "watch writes its answers as private notes").choices(INBOX_MODES))
    .option("--silence <time>", "the silence to wait for, such as 10s", readDurationMs)
    .option("--longest <time>", "the longest wait of a burst, such as 5m", readDurationMs)
    .option("--messages <n>", "so many messages are answered at once", wholeNumber)
    .addOption(new Option("--groups <what>", "messages of groups").choices(["ignore", "answer"]))
    .option("--answers-per-hour <n>", "answers to one contact before lull pauses", wholeNumber)
    .option("--block <patterns>", "numbers never answered, such as +1*,+5511912345678; '' for none", readList)
    .option("--allow <patterns>", "with any, no other number is answered; '' for none", readList)
    .option("--json-file <path>", "all settings as JSON, as PUT /admin/inboxes takes them")
    .action((connection: string, inboxId: string, flags: SetFlags) => {
      const wanted = { ...readPatch(flags, terminal), ...wantedSettings(flags) };
      if (Object.keys(wanted).length === 0)
        throw new UsageError("Nothing was said to change.", "Give at least one flag: lull inbox set --help");
      return perform(flags, (daemon) => setInbox(daemon, connection, inboxId, wanted));
    });
  return inbox;
}

const COLUMNS: Columns = {
  CONNECTION: ({ connection }) => connection,
  INBOX: ({ inboxId }) => inboxId,
  MODE: ({ settings }) => at(settings, "mode"),
  SILENCE: ({ waits }) => seconds(at(waits, "silenceMs")),
  HOURS: ({ settings }) => hoursInWords(at(settings, "hours")),
  OWNER: ({ userId }) => userId,
};

async function listInboxes(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/inboxes");
  return { data, text: table(data, COLUMNS, "There are no inboxes yet.") };
}

async function showInbox(daemon: DaemonClient, connection: string, inboxId: string): Promise<Shown> {
  const data = await daemon.ask("GET", pathOf(connection, inboxId));
  return { data, text: inboxFacts(data) };
}

async function setInbox(
  daemon: DaemonClient,
  connection: string,
  inboxId: string,
  wanted: Row,
): Promise<Shown> {
  const data = await daemon.ask("PUT", pathOf(connection, inboxId), wanted);
  return { data, text: inboxFacts(data) };
}

function pathOf(connection: string, inboxId: string): string {
  return `/inboxes/${segment(connection)}/${segment(inboxId)}`;
}

/** One line a setting, those that are the default marked. */
function inboxFacts(data: unknown): string {
  const [settings, defaults] = [at(data, "settings"), at(data, "defaults")];
  const isDefault = (part: string) => Array.isArray(defaults) && defaults.includes(part);
  const waits = `${seconds(at(data, "waits", "silenceMs"))}, at longest ${seconds(at(data, "waits", "ageMaxMs"))}, at ${shown(at(data, "waits", "sizeMax"))} messages at once`;
  const parts = Object.entries(isRow(settings) ? settings : {}).map(([part, value]) => {
    const words = shown(part === "window" ? waits : value);
    return [part, isDefault(part) ? `${words} (default)` : words] as const;
  });
  return facts([
    ["connection", at(data, "connection")],
    ["inbox", at(data, "inboxId")],
    ["owner", at(data, "userId")],
    ...parts,
  ]);
}

function hoursInWords(hours: unknown): string {
  return isRow(hours) ? `${shown(hours["answer"])}, ${shown(hours["timeZone"])}` : "always";
}

function wantedSettings(flags: SetFlags): Row {
  const { mode, silence: silenceMs, longest: ageMaxMs, messages: sizeMax, groups, block, allow } = flags;
  return given({
    mode,
    window: someOf({ silenceMs, ageMaxMs, sizeMax }),
    groups,
    answersPerHourMax: flags.answersPerHour,
    lists: someOf({ block, allow }),
  });
}

function given(fields: Row): Row {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function someOf(fields: Row): Row | undefined {
  const some = given(fields);
  return Object.keys(some).length === 0 ? undefined : some;
}

function readPatch({ jsonFile }: SetFlags, { readFile }: Terminal): Row {
  if (jsonFile === undefined) return {};
  const patch = parseJson(readFile(jsonFile) ?? "");
  if (isRow(patch)) return patch;
  throw new UsageError(`${jsonFile} is no file with a JSON object.`, 'It looks like {"mode":"watch"}.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readDurationMs(text: string): number {
  const [, count, unit] = /^(\d{1,7})(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ""] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError("It must be a time such as 500ms, 10s or 5m.");
}

function readList(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function seconds(ms: unknown): string {
  return typeof ms === "number" ? `${ms / 1000} s` : "";
}
