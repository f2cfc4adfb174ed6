// `lull user`: who is known to lull, and how much each may use.
import type { Command } from "commander";
import { at, type Columns, facts, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { keyTable } from "./key.ts";
import { numberTable } from "./number.ts";
import { exportPerson, receiptLines } from "./person.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { addLimitsVerb, limitFacts } from "./user-limits.ts";
import {
  connectionOf,
  type DataFlags,
  dataVerb,
  type Perform,
  readUser,
  segment,
  type Shown,
  wholeNumber,
} from "./verb.ts";

interface AddFlags extends DataFlags {
  email?: string;
  connection?: string;
}

interface KeepFlags extends DataFlags {
  days?: number;
}

interface RemoveFlags extends DataFlags {
  yes?: true;
  keepObjects?: true;
}

interface ExportFlags extends DataFlags {
  out: string;
}

export function addUserVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const user = program.command("user").description("The people known to lull, and their limits.");
  dataVerb(user, "list", "All users, newest first.").action((flags: DataFlags) => perform(flags, listUsers));
  dataVerb(user, "add <name>", "Make a user.")
    .option("--email <address>", "their e-mail address")
    .option("--connection <name>", "a user of this connection alone")
    .action((name: string, flags: AddFlags) => perform(flags, (daemon) => addUser(daemon, name, flags)));
  dataVerb(user, "show <id>", "One user with numbers and keys.").action((id: string, flags: DataFlags) =>
    perform(flags, (daemon) => showUser(daemon, id)),
  );
  dataVerb(user, "keep <id>", "How long what a user said is kept; without --days as long as everybody's.")
    .option("--days <n>", "so many days", wholeNumber)
    .action((id: string, flags: KeepFlags) => perform(flags, (daemon) => keepFor(daemon, id, flags)));
  dataVerb(user, "export <id>", "Save everything that is kept of a user as a ZIP file.")
    .requiredOption("--out <file>", "the file to make")
    .action((id: string, flags: ExportFlags) =>
      perform(flags, (daemon) => exportPerson(daemon, `/users/${segment(id)}/export`, flags.out)),
    );
  dataVerb(user, "remove <id>", "Erase a user with everything that is theirs.")
    .alias("rm")
    .option("--keep-objects", "leave what is in their bucket to you")
    .option("--yes", "do not ask")
    .action((id: string, flags: RemoveFlags) => {
      if (flags.yes === undefined && !terminal.input.isTerminal)
        throw new UsageError("There is nobody to ask whether you mean it.", "Add --yes.");
      return perform(flags, (daemon) => removeUser(daemon, id, flags, terminal));
    });
  addLimitsVerb(user, perform);
}

const COLUMNS: Columns = {
  ID: ({ id }) => id,
  NAME: ({ name }) => name,
  EMAIL: ({ email }) => email,
  CONNECTION: connectionOf,
  SINCE: ({ createdAt }) => createdAt,
};

async function listUsers(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/users");
  return { data, text: table(data, COLUMNS, "There are no users yet.") };
}

async function addUser(daemon: DaemonClient, name: string, { email, connection }: AddFlags): Promise<Shown> {
  const wanted = { name, ...(email && { email }), ...(connection && { connection }) };
  const data = await daemon.ask("POST", "/users", wanted);
  return { data, text: `✔ user ${shown(at(data, "id"))} was made` };
}

async function showUser(daemon: DaemonClient, id: string): Promise<Shown> {
  const path = `/users/${segment(id)}`;
  const user = await readUser(daemon, id);
  const numbers = await daemon.list(`${path}/numbers`);
  const aiKeys = await daemon.list(`${path}/ai-keys`);
  const about = facts([
    ["id", user["id"]],
    ["name", user["name"]],
    ["email", user["email"]],
    ["connection", connectionOf(user)],
    ...limitFacts(user["limits"]),
    ["since", user["createdAt"]],
  ]);
  return {
    data: { ...user, numbers, aiKeys },
    text: [about, numberTable(numbers), keyTable(aiKeys)].join("\n\n"),
  };
}

async function keepFor(daemon: DaemonClient, id: string, { days }: KeepFlags): Promise<Shown> {
  const data = await daemon.ask("PUT", `/users/${segment(id)}`, { retentionDays: days ?? null });
  const howLong = days === undefined ? "as long as everybody's" : `for ${days} days`;
  return { data, text: `✔ what user ${shown(id)} said is kept ${howLong}` };
}

async function removeUser(
  daemon: DaemonClient,
  id: string,
  { yes, keepObjects }: RemoveFlags,
  { input }: Terminal,
): Promise<Shown> {
  if (yes === undefined) {
    const { name } = await readUser(daemon, id);
    const answer = await input.ask(`Remove ${shown(name)} with all numbers, keys and history? [y/N] `, false);
    if (!/^y(es)?$/i.test(answer?.trim() ?? ""))
      return { data: { removed: false }, text: "Nothing was removed." };
  }
  const receipt = await daemon.ask("DELETE", `/users/${segment(id)}${keepObjects ? "?objects=keep" : ""}`);
  return {
    data: { removed: true, receipt },
    text: [`✔ user ${shown(id)} was removed`, ...receiptLines(receipt)].join("\n"),
  };
}
