// `lull backup`: copies of the database, made and looked at by the daemon; and back from one, while no daemon runs.
import type { Command } from "commander";
import { AppError } from "../errors.ts";
import { at, type Columns, facts, type Row, shown, table } from "./columns.ts";
import { loadConfig } from "./config.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { run } from "./schedule.ts";
import { OWN_FILES_ONLY } from "./serve.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

interface RestoreFlags extends DataFlags {
  yes?: true;
}

const NO_KEY = "The master key is in no backup: keep a copy of master.key (or LULL_MASTER_KEY) apart.";

export function addBackupVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const backup = program.command("backup").description(`Copies of the database. ${NO_KEY}`);
  dataVerb(backup, "create", "Make one now and prove it.").action((flags: DataFlags) =>
    perform(flags, (daemon) => create(daemon, terminal)),
  );
  dataVerb(backup, "list", "Those that are kept, newest first.").action((flags: DataFlags) =>
    perform(flags, list),
  );
  dataVerb(backup, "verify <id>", "Read all of one again, and say whether it is whole.").action(
    (id: string, flags: DataFlags) => perform(flags, (daemon) => verify(daemon, id)),
  );
  dataVerb(backup, "restore <id>", "Go back to one: by its id, its file, or `latest`; while lull is stopped.")
    .option("--yes", "do not ask")
    .action(async (id: string, flags: RestoreFlags) => {
      const { data, text } = await restore(id, flags, terminal);
      terminal.print(flags.json ? JSON.stringify(data) : text);
    });
}

const COLUMNS: Columns = {
  MADE: ({ createdAt }) => createdAt,
  ID: ({ id }) => id,
  MIB: ({ sizeBytes }) => mebibytes(sizeBytes),
  MESSAGES: ({ counts }) => at(counts, "buffered_messages"),
  PROVEN: ({ verifiedAt }) => verifiedAt,
};

async function create(daemon: DaemonClient, terminal: Terminal): Promise<Shown> {
  await run(daemon, "backup", terminal);
  const [data] = await daemon.list("/backups");
  return { data, text: `✔ a backup was made and proven: ${shown(data?.["id"])}\n  ${NO_KEY}` };
}

async function list(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/backups");
  return { data, text: table(data, COLUMNS, "There are no backups yet: one is made every night.") };
}

async function verify(daemon: DaemonClient, id: string): Promise<Shown> {
  const data = await daemon.ask("POST", `/backups/${segment(id)}/verify`);
  if (at(data, "isWhole") === true) return { data, text: `✔ it is whole: ${rowsIn(at(data, "counts"))}` };
  throw new AppError("conflict", `This backup is not to be relied on: ${shown(at(data, "fault"))}.`, {
    fix: "Try another one: lull backup list.",
  });
}

async function restore(id: string, flags: RestoreFlags, terminal: Terminal): Promise<Shown> {
  const config = loadConfig(terminal, flags.envFile ?? null);
  if (!(await isMeant(id, flags, terminal)))
    return { data: { restored: false }, text: "Nothing was changed." };
  process.umask(OWN_FILES_ONLY);
  const data = terminal.restore(config, id, terminal.clock.now());
  const lines = facts([
    ["from", data.from],
    ["rows", rowsIn(data.counts)],
    ["kept aside", data.keptAs],
  ]);
  const next = "Start lull: it reads in Chatwoot what has happened since.";
  return { data, text: `✔ the backup is in its place\n\n${lines}\n\n${next}` };
}

async function isMeant(id: string, { yes }: RestoreFlags, { input }: Terminal): Promise<boolean> {
  if (yes !== undefined) return true;
  if (!input.isTerminal) throw new UsageError("There is nobody to ask whether you mean it.", "Add --yes.");
  const answer = await input.ask(`Put ${shown(id)} in the place of the database? [y/N] `, false);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

function rowsIn(counts: unknown): string {
  const rows = Object.values((counts ?? {}) as Row).map(Number);
  return `${rows.reduce((sum, count) => sum + count, 0)} rows`;
}

function mebibytes(bytes: unknown): string {
  return (Number(bytes) / 2 ** 20).toFixed(1);
}
