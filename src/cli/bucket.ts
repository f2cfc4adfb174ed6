// `lull bucket`: whose bucket is which, whether the store agrees, and what is done with whole ones.
import type { Command } from "commander";
import { at, type Columns, facts, type Row, rowsOf, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { saveFile } from "./save-file.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

interface MergeFlags extends DataFlags {
  user?: string;
}

interface EraseFlags extends DataFlags {
  yes?: true;
}

interface ExportFlags extends DataFlags {
  out: string;
}

export function addBucketVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const bucket = program.command("bucket").description("The buckets that hold what was said and sent.");
  dataVerb(bucket, "list", "All buckets lull has had to do with, newest first.").action((flags: DataFlags) =>
    perform(flags, listBuckets),
  );
  dataVerb(bucket, "show <name>", "One bucket: whose it is and how far it is.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => showBucket(daemon, name)),
  );
  dataVerb(bucket, "verify", "Compare the mapping with the store, from both sides.").action(
    (flags: DataFlags) => perform(flags, verifyBuckets),
  );
  dataVerb(bucket, "merge [name]", "Let the objects of a stray bucket follow into a user's; list the strays.")
    .option("--user <userId>", "whose they are")
    .action((name: string | undefined, flags: MergeFlags) => {
      if (name === undefined) return perform(flags, listDuplicates);
      const { user } = flags;
      if (user === undefined)
        throw new UsageError("It is not said whose the objects are.", "Add --user with the user's id.");
      return perform(flags, (daemon) => mergeBucket(daemon, name, user));
    });
  dataVerb(bucket, "erase <name>", "Take out everything that is in a bucket, for good.")
    .option("--yes", "do not ask")
    .action((name: string, flags: EraseFlags) => {
      if (flags.yes === undefined && !terminal.input.isTerminal)
        throw new UsageError("There is nobody to ask whether you mean it.", "Add --yes.");
      return perform(flags, (daemon) => eraseBucket(daemon, name, flags, terminal));
    });
  dataVerb(bucket, "export <userId>", "Save all objects of a user's bucket as a ZIP file.")
    .requiredOption("--out <file>", "the file to make")
    .action((userId: string, flags: ExportFlags) =>
      perform(flags, (daemon) => exportBucket(daemon, userId, flags.out)),
    );
}

const COLUMNS: Columns = {
  NAME: ({ name }) => name,
  STATE: ({ state }) => state,
  OWNER: ownerOf,
  CONNECTION: ({ connection }) => connection,
  REASON: ({ reason }) => reason,
  SINCE: ({ createdAt }) => createdAt,
};

async function listBuckets(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/buckets");
  return { data, text: table(data, COLUMNS, "There are no buckets yet.") };
}

async function showBucket(daemon: DaemonClient, name: string): Promise<Shown> {
  const data = await daemon.ask("GET", `/buckets/${segment(name)}`);
  const lines = Object.entries(data ?? {}).map(([fact, value]): [string, unknown] => [fact, value]);
  return { data, text: facts(lines) };
}

async function verifyBuckets(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.ask("GET", "/buckets/verify");
  const count = (name: string): string => shown(at(data, "counts", name) ?? 0);
  const spool = `${shown(at(data, "spool", "objectCount"))} wait, ${count("failed")} given up`;
  const lines = facts([
    ["looked at", at(data, "checkedCount")],
    ["missing in the store", count("missing")],
    ["not this lull's", count("notOurs")],
    ["unknown to the mapping", count("orphans")],
    ["left over", count("retired")],
    ["still to be made", count("creating")],
    ["spool", spool],
  ]);
  return { data, text: [lines, ...found(data)].join("\n\n") };
}

/** The lists that are not empty, a line each. */
function found(data: unknown): string[] {
  const names = (list: string, name: string): string[] =>
    rowsOf(at(data, list)).map((row) => `  ${shown(row[name])}  ${shown(row["owner"] ?? row["reason"])}`);
  const orphans = at(data, "orphans");
  const lists: [string, string[]][] = [
    ["The store does not have:", names("missing", "bucketName")],
    ["Not this lull's:", names("notOurs", "bucketName")],
    ["No mapping knows:", Array.isArray(orphans) ? orphans.map((name) => `  ${shown(name)}`) : []],
    ["Left over:", names("retired", "name")],
  ];
  return lists.filter(([, lines]) => lines.length > 0).map(([title, lines]) => [title, ...lines].join("\n"));
}

async function listDuplicates(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/buckets/duplicates");
  const columns = {
    NAME: ({ bucketName }: Row) => bucketName,
    "PERHAPS OF": ({ suggestedUserId }: Row) => suggestedUserId,
  };
  return { data, text: table(data, columns, "There are no strays: the mapping knows every bucket.") };
}

async function mergeBucket(daemon: DaemonClient, name: string, userId: string): Promise<Shown> {
  const data = await daemon.ask("POST", `/buckets/${segment(name)}/merge`, { userId });
  return { data, text: taskText(daemon, "the objects follow", data) };
}

async function eraseBucket(
  daemon: DaemonClient,
  name: string,
  { yes }: EraseFlags,
  { input }: Terminal,
): Promise<Shown> {
  if (yes === undefined) {
    const answer = await input.ask(`Take out everything in ${shown(name)}, for good? [y/N] `, false);
    if (!/^y(es)?$/i.test(answer?.trim() ?? ""))
      return { data: { erased: false }, text: "Nothing was taken out." };
  }
  const data = await daemon.ask("DELETE", `/buckets/${segment(name)}/objects`);
  return { data, text: taskText(daemon, "everything is taken out", data) };
}

function taskText({ isUp }: DaemonClient, what: string, task: unknown): string {
  const when = isUp ? "from now on" : "once the daemon runs";
  return `✔ ${what} ${when}: task ${shown(at(task, "id"))}`;
}

async function exportBucket(daemon: DaemonClient, userId: string, path: string): Promise<Shown> {
  const sizeBytes = await saveFile(path, await daemon.read(`/users/${segment(userId)}/bucket/export`));
  return { data: { path, sizeBytes }, text: `✔ ${path} was made: ${sizeBytes} bytes` };
}

function ownerOf({ userId, contactId, formerOwner }: Row): unknown {
  return userId ?? contactId ?? formerOwner;
}
