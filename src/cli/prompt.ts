// `lull inbox prompts` and `lull inbox prompt`: what an operator has models told in an inbox, version by version.
import { type Command, InvalidArgumentError } from "commander";
import { at, type Columns, facts, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown } from "./verb.ts";

interface AddFlags extends DataFlags {
  file?: string;
  note?: string;
}

/** A connection's name and Chatwoot's id of the inbox. */
type Place = [connection: string, inboxId: string];

const TEXT_LENGTH_MAX = 16_000;
const INBOX = "<connection> <inboxId>";

export function addPromptVerbs(inbox: Command, perform: Perform, terminal: Terminal): void {
  dataVerb(inbox, `prompts ${INBOX}`, "All versions of an inbox's prompt, and how each did.").action(
    (...[connection, inboxId, flags]: [...Place, DataFlags]) =>
      perform(flags, (daemon) => listPrompts(daemon, pathOf(connection, inboxId))),
  );
  const prompt = inbox.command("prompt").description("One version of an inbox's prompt.");
  dataVerb(prompt, `show ${INBOX} <version>`, "The text of a version.").action(
    (...[connection, inboxId, version, flags]: [...Place, string, DataFlags]) =>
      perform(flags, (daemon) => showPrompt(daemon, pathOf(connection, inboxId), version)),
  );
  dataVerb(prompt, `add ${INBOX}`, "Add a version, from a file or from what is piped in.")
    .option("--file <path>", "the file with the text")
    .option("--note <text>", "what is new about it")
    .action(async (...[connection, inboxId, flags]: [...Place, AddFlags]) => {
      const text = await readText(flags, terminal);
      return perform(flags, (daemon) => addPrompt(daemon, pathOf(connection, inboxId), text, flags.note));
    });
  dataVerb(prompt, `restore ${INBOX} <version>`, "Make an old text the newest version.").action(
    (...[connection, inboxId, version, flags]: [...Place, string, DataFlags]) =>
      perform(flags, (daemon) => restorePrompt(daemon, pathOf(connection, inboxId), version)),
  );
  dataVerb(
    prompt,
    `shares ${INBOX} <shares>`,
    "Share conversations out, such as 2=80,3=20; 'newest' ends that.",
  ).action((...[connection, inboxId, shares, flags]: [...Place, string, DataFlags]) => {
    const wanted = readShares(shares);
    return perform(flags, (daemon) => sharePrompts(daemon, pathOf(connection, inboxId), wanted));
  });
}

const COLUMNS: Columns = {
  VERSION: ({ version }) => version,
  SHARE: ({ percent }) => (typeof percent === "number" ? `${percent} %` : ""),
  TURNS: ({ turns }) => turns,
  ANSWERED: ({ answered }) => answered,
  "HANDED OFF": ({ handedOff }) => handedOff,
  CONFIDENCE: ({ meanConfidence }) => (typeof meanConfidence === "number" ? meanConfidence.toFixed(2) : ""),
  SINCE: ({ createdAt }) => createdAt,
  NOTE: ({ note }) => note,
};

async function listPrompts(daemon: DaemonClient, path: string): Promise<Shown> {
  const data = await daemon.list(path);
  return {
    data,
    text: table(data, COLUMNS, "This inbox has no prompt of its own: lull's rules alone hold."),
  };
}

async function showPrompt(daemon: DaemonClient, path: string, version: string): Promise<Shown> {
  const data = await daemon.ask("GET", `${path}/${segment(version)}`);
  const text = at(data, "text");
  return { data, text: typeof text === "string" ? text : "" };
}

async function addPrompt(
  daemon: DaemonClient,
  path: string,
  text: string,
  note: string | undefined,
): Promise<Shown> {
  const data = await daemon.ask("POST", path, note === undefined ? { text } : { text, note });
  return { data, text: `Version ${shown(at(data, "version"))} is kept.` };
}

async function restorePrompt(daemon: DaemonClient, path: string, version: string): Promise<Shown> {
  const data = await daemon.ask("POST", `${path}/${segment(version)}/restore`);
  return { data, text: `Version ${shown(at(data, "version"))} has the text of version ${version}.` };
}

async function sharePrompts(
  daemon: DaemonClient,
  path: string,
  shares: { version: number; percent: number }[],
): Promise<Shown> {
  const data = await daemon.ask("PUT", `${path}/shares`, { shares });
  const lines = shares.map(({ version, percent }) => [`version ${version}`, `${percent} %`] as const);
  return { data, text: lines.length === 0 ? "The newest version answers everybody." : facts(lines) };
}

function pathOf(connection: string, inboxId: string): string {
  return `/inboxes/${segment(connection)}/${segment(inboxId)}/prompts`;
}

async function readText({ file }: AddFlags, { input, readFile }: Terminal): Promise<string> {
  // One more than there may be: the daemon says what is too long.
  const text =
    file === undefined && !input.isTerminal ? await input.readAll(TEXT_LENGTH_MAX + 1) : readFile(file ?? "");
  if (text === null || text.trim() === "")
    throw new UsageError("There is no text.", "Name a file with --file, or pipe the text in.");
  return text;
}

function readShares(text: string): { version: number; percent: number }[] {
  if (text === "newest") return [];
  return text.split(",").map((share) => {
    const [, version, percent] = /^(\d{1,9})=(\d{1,3})$/.exec(share.trim()) ?? [];
    if (version === undefined || percent === undefined)
      throw new InvalidArgumentError("Shares look like 2=80,3=20: a version and its percent.");
    return { version: Number(version), percent: Number(percent) };
  });
}
