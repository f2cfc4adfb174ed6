// `lull contact`: to keep lull quiet in a conversation or let it speak again, and to give out or erase what is kept of somebody.
import type { Command } from "commander";
import { at, shown } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { exportPerson, receiptLines } from "./person.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

interface ContactFlags extends DataFlags {
  connection?: string;
}

interface PauseFlags extends ContactFlags {
  minutes?: number;
}

interface ExportFlags extends ContactFlags {
  out: string;
}

interface EraseFlags extends ContactFlags {
  yes?: true;
}

export function addContactVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const contact = program
    .command("contact")
    .description("Conversations with customers, and what is kept of them.");
  dataVerb(
    contact,
    "pause <conversation>",
    "Keep lull quiet, by Chatwoot's number of the conversation or its id.",
  )
    .option("--minutes <n>", "for so long; else until resolved or resumed", wholeNumber)
    .option("--connection <name>", "whose number it is")
    .action((conversation: string, flags: PauseFlags) =>
      perform(flags, (daemon) => pause(daemon, conversation, flags)),
    );
  dataVerb(contact, "resume <conversation>", "Let lull answer again, whoever kept it quiet.")
    .option("--connection <name>", "whose number it is")
    .action((conversation: string, flags: ContactFlags) =>
      perform(flags, (daemon) => resume(daemon, conversation, flags)),
    );
  dataVerb(
    contact,
    "export <contactId>",
    "Save everything that is kept of a contact of Chatwoot as a ZIP file.",
  )
    .option("--connection <name>", "whose contact it is")
    .requiredOption("--out <file>", "the file to make")
    .action((contactId: string, flags: ExportFlags) =>
      perform(flags, (daemon) => exportPerson(daemon, personPath(contactId, flags, "/export"), flags.out)),
    );
  dataVerb(contact, "erase <contactId>", "Erase everything that is kept of a contact, for good.")
    .option("--connection <name>", "whose contact it is")
    .option("--yes", "do not ask")
    .action((contactId: string, flags: EraseFlags) => {
      if (flags.yes === undefined && !terminal.input.isTerminal)
        throw new UsageError("There is nobody to ask whether you mean it.", "Add --yes.");
      return perform(flags, (daemon) => erase(daemon, contactId, flags, terminal));
    });
}

async function erase(
  daemon: DaemonClient,
  contactId: string,
  flags: EraseFlags,
  { input }: Terminal,
): Promise<Shown> {
  if (flags.yes === undefined) {
    const question = `Erase all that contact ${shown(contactId)} said and sent, for good? Type the number again: `;
    if ((await input.ask(question, false))?.trim() !== contactId)
      return { data: { erased: false }, text: "Nothing was erased." };
  }
  const receipt = await daemon.ask("DELETE", personPath(contactId, flags, ""));
  const lines = [`✔ contact ${shown(contactId)} was erased`, ...receiptLines(receipt)];
  return { data: { erased: true, receipt }, text: lines.join("\n") };
}

function personPath(contactId: string, { connection }: ContactFlags, rest: string): string {
  const query = connection === undefined ? "" : `?connection=${segment(connection)}`;
  return `/contacts/${segment(contactId)}${rest}${query}`;
}

async function pause(daemon: DaemonClient, conversation: string, flags: PauseFlags): Promise<Shown> {
  const { minutes } = flags;
  const wanted = minutes === undefined ? {} : { minutes };
  const data = await daemon.ask("POST", `${pathOf(conversation, flags)}/pause`, wanted);
  const until = at(data, "pausedUntil") ?? "it is resolved or resumed";
  return { data, text: `✔ lull is quiet in conversation ${name(data)} until ${shown(until)}` };
}

async function resume(daemon: DaemonClient, conversation: string, flags: ContactFlags): Promise<Shown> {
  const data = await daemon.ask("POST", `${pathOf(conversation, flags)}/resume`);
  const silence = at(data, "silence");
  const still = silence === null ? "" : `; it still keeps silent there: ${shown(silence)}`;
  return { data, text: `✔ nobody keeps lull quiet in conversation ${name(data)}${still}` };
}

function name(data: unknown): string {
  return shown(at(data, "conversationId"));
}

function pathOf(conversation: string, { connection }: ContactFlags): string {
  const named = connection === undefined ? conversation : `${connection}:${conversation}`;
  return `/conversations/${segment(named)}`;
}
