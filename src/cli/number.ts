// `lull number`: the WhatsApp numbers of a user, and who a number is.
import type { Command } from "commander";
import { AppError } from "../errors.ts";
import { at, type Columns, facts, type Row, rowsOf, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { connectionOf, type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

interface AddFlags extends DataFlags {
  unverified?: true;
  exact?: true;
  connection?: string;
}

type Fact = [name: string, value: unknown];

interface ExplainFlags extends DataFlags {
  country?: string;
  connection?: string;
  whatsapp?: true;
}

export function addNumberVerbs(program: Command, perform: Perform): void {
  const number = program.command("number").description("WhatsApp numbers: whose they are, and why.");
  dataVerb(number, "list <userId>", "The numbers of a user.").action((userId: string, flags: DataFlags) =>
    perform(flags, (daemon) => listNumbers(daemon, userId)),
  );
  dataVerb(number, "add <userId> <number>", "Say that a number is a user's.")
    .option("--unverified", "it may not spend the user's key before its owner has proven it")
    .option("--exact", "take the digits as they are: only the same digits match")
    .option("--connection <name>", "in this connection alone")
    .action((userId: string, text: string, flags: AddFlags) =>
      perform(flags, (daemon) => addNumber(daemon, userId, text, flags)),
    );
  dataVerb(number, "remove <userId> <numberId>", "Say that a number is a user's no more.").action(
    (userId: string, numberId: string, flags: DataFlags) =>
      perform(flags, (daemon) => removeNumber(daemon, userId, numberId)),
  );
  dataVerb(number, "explain <number>", "Show how lull reads a number, and what each layer says of it.")
    .option("--country <code>", "of numbers that name none, two letters")
    .option("--connection <name>", "as seen from this connection")
    .option("--whatsapp", "read it as WhatsApp writes numbers")
    .action((text: string, flags: ExplainFlags) =>
      perform(flags, (daemon) => explainNumber(daemon, text, flags)),
    );
}

const COLUMNS: Columns = {
  ID: ({ id }) => id,
  NUMBER: ({ number }) => number,
  KIND: ({ kind }) => kind,
  CONNECTION: connectionOf,
  VERIFIED: ({ isVerified }) => Boolean(isVerified),
  SINCE: ({ createdAt }) => createdAt,
};

export function numberTable(numbers: readonly Row[]): string {
  return table(numbers, COLUMNS, "There are no numbers yet.");
}

async function listNumbers(daemon: DaemonClient, userId: string): Promise<Shown> {
  const data = await daemon.list(`/users/${segment(userId)}/numbers`);
  return { data, text: numberTable(data) };
}

async function addNumber(
  daemon: DaemonClient,
  userId: string,
  number: string,
  { unverified, exact, connection }: AddFlags,
): Promise<Shown> {
  const wanted = {
    number,
    verified: unverified === undefined,
    ...(exact && { exact }),
    ...(connection && { connection }),
  };
  const data = await inFlags(daemon.ask("POST", `/users/${segment(userId)}/numbers`, wanted), exact === true);
  return { data, text: `✔ number ${shown(at(data, "id"))} is the user's` };
}

/** What the daemon says of fields, said of flags. */
async function inFlags(adding: Promise<unknown>, isExact: boolean): Promise<unknown> {
  try {
    return await adding;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "invalid_number")) throw error;
    const orExact = isExact ? "" : "; --exact keeps digits that are no number as they are";
    const fix = `Write it with its country, as +55 11 91234-5678${orExact}.`;
    throw new AppError(error.code, error.message, { fix });
  }
}

async function removeNumber(daemon: DaemonClient, userId: string, numberId: string): Promise<Shown> {
  const data = await daemon.ask("DELETE", `/users/${segment(userId)}/numbers/${segment(numberId)}`);
  return { data, text: `✔ number ${shown(numberId)} was removed` };
}

async function explainNumber(
  daemon: DaemonClient,
  number: string,
  { country, connection, whatsapp }: ExplainFlags,
): Promise<Shown> {
  const query = new URLSearchParams({
    number,
    origin: whatsapp ? "whatsapp" : "stored",
    ...(country && { country }),
    ...(connection && { connection }),
  });
  const data = await daemon.ask("GET", `/identity?${query.toString()}`);
  const layers = rowsOf(at(data, "layers"));
  return { data, text: [facts(verdict(data)), table(layers, LAYER_COLUMNS, "")].join("\n\n") };
}

function verdict(data: unknown): Fact[] {
  const [reason, others] = [at(data, "reason"), at(data, "disagreeing")];
  const disagreeing = Array.isArray(others) ? others.map(shown) : [];
  return [
    ["kind", at(data, "kind")],
    ...(reason === undefined ? [] : [["reason", reason] satisfies Fact]),
    ["key", at(data, "key")],
    ["dialled as", at(data, "normalizedNumber")],
    ["user", at(data, "ambiguous") === true ? "several: nobody is taken" : at(data, "userId")],
    ["matched by", at(data, "matchedBy")],
    ["verified", at(data, "isVerified")],
    ...(disagreeing.length === 0 ? [] : [["disagreeing", disagreeing.join(", ")] satisfies Fact]),
  ];
}

const LAYER_COLUMNS: Columns = {
  LAYER: ({ layer }) => layer,
  USERS: ({ users }) => rowsOf(users).map(userWithProof).join(", "),
};

function userWithProof({ userId, isVerified }: Row): string {
  return isVerified === true ? shown(userId) : `${shown(userId)} (unverified)`;
}
