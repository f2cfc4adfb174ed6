// `lull contact`: to keep lull quiet in a conversation, or let it speak again.
import type { Command } from "commander";
import { at, shown } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

interface ContactFlags extends DataFlags {
  connection?: string;
}

interface PauseFlags extends ContactFlags {
  minutes?: number;
}

export function addContactVerbs(program: Command, perform: Perform): void {
  const contact = program.command("contact").description("Conversations with customers.");
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
