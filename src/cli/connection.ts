// `lull connection`: the Chatwoots that lull serves. Tokens and secrets come in by standard input or files, never by a word of
// the command, and are never shown again.
import type { Command } from "commander";
import { at, type Columns, facts, isRow, type Row, rowsOf, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { readSecret } from "./secret.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

interface SecretFlags extends DataFlags {
  tokenFile?: string;
  userTokenFile?: string;
  webhookSecretFile?: string;
  pathSecretFile?: string;
}

interface AddFlags extends SecretFlags {
  baseUrl: string;
  account: number;
}

interface ChangeFlags extends SecretFlags {
  baseUrl?: string;
}

const COLUMNS: Columns = {
  NAME: ({ name }) => name,
  CHATWOOT: ({ baseUrl }) => baseUrl,
  ACCOUNT: ({ accountId }) => accountId,
  TOKEN: ({ apiTokenLastFour }) => tokenShown(apiTokenLastFour),
  "USER TOKEN": ({ userTokenLastFour }) => tokenShown(userTokenLastFour),
  SERVED: ({ isServed }) => isServed,
};

export function addConnectionVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const connection = program
    .command("connection")
    .description("The Chatwoots that lull serves. Their tokens and secrets are sealed, never shown.");
  dataVerb(connection, "list", "All of them, those of the environment first.").action((flags: DataFlags) =>
    perform(flags, listConnections),
  );
  dataVerb(connection, "show <name>", "One of them, with the address its webhooks go to.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => showConnection(daemon, name)),
  );
  withSecrets(
    dataVerb(connection, "add <name>", "Serve another Chatwoot. Its API token comes in by standard input."),
  )
    .requiredOption("--base-url <url>", "where that Chatwoot is reached")
    .requiredOption("--account <number>", "the account's number there", wholeNumber)
    .action(async (name: string, flags: AddFlags) => {
      const { baseUrl, account: accountId } = flags;
      const apiToken = await readToken(terminal, name, flags.tokenFile);
      const wanted = { name, baseUrl, accountId, ...(await secretsIn(terminal, flags)), apiToken };
      await perform(flags, (daemon) => addConnection(daemon, wanted));
    });
  withSecrets(
    dataVerb(connection, "change <name>", "Give one that was added another address, token or secret."),
  )
    .option("--base-url <url>", "its new address; the tokens are needed with it")
    .action(async (name: string, flags: ChangeFlags) => {
      const { baseUrl } = flags;
      const wanted = { ...(baseUrl === undefined ? {} : { baseUrl }), ...(await secretsIn(terminal, flags)) };
      if (Object.keys(wanted).length === 0)
        throw new UsageError("Nothing was said to change.", "See lull connection change --help.");
      await perform(flags, (daemon) => changeConnection(daemon, name, wanted));
    });
  dataVerb(connection, "remove <name>", "Serve it no more; what was said there stays.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => removeConnection(daemon, name)),
  );
  dataVerb(connection, "check <name>", "Ask its Chatwoot what its tokens are good for.").action(
    (name: string, flags: DataFlags) => perform(flags, (daemon) => checkConnection(daemon, name)),
  );
}

function withSecrets(verb: Command): Command {
  return verb
    .option("--token-file <path>", "read the API token, a bot's or a user's, from a file")
    .option("--user-token-file <path>", "a user's token beside a bot's, from a file")
    .option("--webhook-secret-file <path>", "Chatwoot's secret for signatures, from a file")
    .option("--path-secret-file <path>", "the secret at the end of the address, from a file");
}

async function listConnections(daemon: DaemonClient): Promise<Shown> {
  const data = await daemon.list("/connections");
  return { data, text: table(data, COLUMNS, "There are no connections.") };
}

async function showConnection(daemon: DaemonClient, name: string): Promise<Shown> {
  const data = await daemon.ask("GET", `/connections/${segment(name)}`);
  return { data, text: connectionFacts(isRow(data) ? data : {}) };
}

function connectionFacts(row: Row): string {
  return facts([
    ["name", row["name"]],
    ["Chatwoot", row["baseUrl"]],
    ["account", row["accountId"]],
    ["API token", tokenShown(row["apiTokenLastFour"])],
    ["user token", tokenShown(row["userTokenLastFour"])],
    ["webhook secret", row["hasWebhookSecret"]],
    ["path secret", row["hasPathSecret"]],
    ["served", row["isServed"]],
    ["webhooks", row["webhookUrl"]],
  ]);
}

async function addConnection(daemon: DaemonClient, wanted: Row): Promise<Shown> {
  const data = await daemon.ask("POST", "/connections", wanted);
  const once =
    at(data, "pathSecret") === undefined ? "" : "\n  The address is shown once: its end is a secret.";
  return {
    data,
    text: `✔ ${shown(wanted["name"])} is served; its webhooks go to ${shown(at(data, "webhookUrl"))}${once}`,
  };
}

async function changeConnection(daemon: DaemonClient, name: string, wanted: Row): Promise<Shown> {
  const data = await daemon.ask("PUT", `/connections/${segment(name)}`, wanted);
  return { data, text: `✔ ${shown(name)} was changed` };
}

async function removeConnection(daemon: DaemonClient, name: string): Promise<Shown> {
  const data = await daemon.ask("DELETE", `/connections/${segment(name)}`);
  return { data, text: `✔ ${shown(name)} is served no more` };
}

async function checkConnection(daemon: DaemonClient, name: string): Promise<Shown> {
  const data = await daemon.ask("POST", `/connections/${segment(name)}/check`, {});
  const lines = rowsOf(at(data, "findings")).map(
    ({ name: finding, state, text, fix }) =>
      `${MARKS[String(state)] ?? "?"} ${shown(finding)}: ${shown(text)}${fix === undefined ? "" : `\n  ${shown(fix)}`}`,
  );
  return { data, text: lines.join("\n") };
}

const MARKS: Readonly<Record<string, string>> = { ok: "✔", limited: "!", failed: "✗" };

/** Those that a file was named for. */
async function secretsIn(terminal: Terminal, flags: SecretFlags): Promise<Row> {
  const files = [
    ["apiToken", "--token-file", flags.tokenFile],
    ["userToken", "--user-token-file", flags.userTokenFile],
    ["webhookSecret", "--webhook-secret-file", flags.webhookSecretFile],
    ["pathSecret", "--path-secret-file", flags.pathSecretFile],
  ] as const;
  const secrets: Row = {};
  for (const [name, flag, file] of files) {
    if (file === undefined) continue;
    const example = `lull connection change <name> ${flag} secret.txt`;
    secrets[name] = await readSecret(terminal, { noun: "secret", question: "", file, flag, example });
  }
  return secrets;
}

function readToken(terminal: Terminal, name: string, file: string | undefined): Promise<string> {
  return readSecret(terminal, {
    noun: "token",
    question: `API token for ${shown(name)} (it is not shown): `,
    file,
    flag: "--token-file",
    example: `lull connection add ${shown(name)} … < token.txt`,
  });
}

function tokenShown(lastFour: unknown): unknown {
  return typeof lastFour === "string" ? `…${lastFour}` : null;
}
