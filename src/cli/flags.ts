// `lull flags`: what is on, for whom and for which share; and the processing switch.
import { Argument, type Command } from "commander";
import { at, type Columns, facts, isRow, type Row, rowsOf, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

interface SetFlags extends DataFlags {
  rollout?: number;
  scope?: string;
  why?: string;
}

interface UnsetFlags extends DataFlags {
  scope: string;
  why?: string;
}

const SCOPE = "connection:<name> or user:<id>";

export function addFlagVerbs(program: Command, perform: Perform): void {
  const flags = program.command("flags").description("Feature flags, and whether lull works at all.");
  const switched = () => new Argument("<state>").choices(["on", "off"]);
  dataVerb(flags, "list", "All flags.").action((options: DataFlags) => perform(options, listFlags));
  dataVerb(flags, "show <name>", "One flag with all that was set for it.").action(
    (name: string, options: DataFlags) =>
      perform(options, async (daemon) => flagFacts(await daemon.ask("GET", pathOf(name)))),
  );
  dataVerb(flags, "set <name>", "Turn a flag on or off, for all or for some.")
    .addArgument(switched())
    .option("--rollout <percent>", "the share of conversations, 0 to 100; as it was by default", wholeNumber)
    .option("--scope <scope>", `all, ${SCOPE}`)
    .option("--why <text>", "for the history")
    .action((name: string, state: string, options: SetFlags) =>
      perform(options, (daemon) => setFlag(daemon, name, state, options)),
    );
  dataVerb(flags, "unset <name>", "Take away what was set for a connection or a user.")
    .requiredOption("--scope <scope>", SCOPE)
    .option("--why <text>", "for the history")
    .action((name: string, options: UnsetFlags) =>
      perform(options, (daemon) => unsetFlag(daemon, name, options)),
    );
  dataVerb(flags, "history <name>", "Who set a flag, when, why, and what it was before.").action(
    (name: string, options: DataFlags) => perform(options, (daemon) => showHistory(daemon, name)),
  );
  dataVerb(flags, "processing", "Off: messages are stored, but nothing closes, turns or sends.")
    .addArgument(switched())
    .action((state: string, options: DataFlags) =>
      perform(options, (daemon) => setProcessing(daemon, state)),
    );
}

const COLUMNS: Columns = {
  FLAG: ({ name }) => name,
  STATE: (flag) => stateOf(flag),
  DEFAULT: (flag) => (flag["default"] === true ? "on" : "off"),
  OVERRIDES: ({ overrides }) => Object.keys(isRow(overrides) ? overrides : {}).length || null,
  LOCKED: ({ isLocked }) => (isLocked === true ? "by the environment" : null),
};

async function listFlags(daemon: DaemonClient): Promise<Shown> {
  const data = rowsOf(await daemon.ask("GET", "/flags"));
  return { data, text: table(data, COLUMNS, "There are no flags.") };
}

async function setFlag(daemon: DaemonClient, name: string, state: string, flags: SetFlags): Promise<Shown> {
  const { rollout, scope, why } = flags;
  const wanted: Row = {
    enabled: state === "on",
    ...(rollout === undefined ? {} : { rolloutPercent: rollout }),
    ...(scope === undefined ? {} : { scope }),
    ...(why === undefined ? {} : { why }),
  };
  return flagFacts(await daemon.ask("PUT", pathOf(name), wanted));
}

async function unsetFlag(daemon: DaemonClient, name: string, { scope, why }: UnsetFlags): Promise<Shown> {
  const query = new URLSearchParams({ scope, ...(why === undefined ? {} : { why }) });
  return flagFacts(await daemon.ask("DELETE", `${pathOf(name)}?${query.toString()}`));
}

const HISTORY: Columns = {
  AT: ({ at: moment }) => moment,
  BY: ({ actor }) => actor,
  CHANGE: ({ changes }) => rowsOf(changes).map(changeInWords).join(", "),
  WHY: ({ why }) => why,
};

async function showHistory(daemon: DaemonClient, name: string): Promise<Shown> {
  const data = await daemon.list(`${pathOf(name)}/history`);
  return { data, text: table(data, HISTORY, "Nobody has set it yet.") };
}

function changeInWords({ scope, field, from, to }: Row): string {
  return `${shown(scope)} ${shown(field)}: ${shown(from)} → ${shown(to)}`;
}

async function setProcessing(daemon: DaemonClient, state: string): Promise<Shown> {
  const data = await daemon.ask("POST", "/processing", { enabled: state === "on" });
  const isOn = at(data, "enabled") === true;
  return {
    data,
    text: isOn ? "✔ lull works" : "✔ lull only stores what comes; nothing closes, turns or sends",
  };
}

function flagFacts(data: unknown): Shown {
  const flag = isRow(data) ? data : {};
  const lock =
    flag["isLocked"] === true ? ` (locked by the environment; set is ${stateOf(flag["set"])})` : "";
  const overrides = Object.entries(isRow(flag["overrides"]) ? flag["overrides"] : {});
  return {
    data,
    text: facts([
      ["flag", flag["name"]],
      ["", flag["description"]],
      ["state", `${stateOf(flag)}${lock}`],
      ["default", flag["default"] === true ? "on" : "off"],
      ...overrides.map(([scope, setting]) => [scope, stateOf(setting)] as const),
    ]),
  };
}

/** On, off, or on for a share. */
function stateOf(setting: unknown): string {
  if (at(setting, "isEnabled") !== true) return "off";
  const percent = at(setting, "rolloutPercent");
  return percent === 100 ? "on" : `on for ${shown(percent)} %`;
}

function pathOf(name: string): string {
  return `/flags/${segment(name)}`;
}
