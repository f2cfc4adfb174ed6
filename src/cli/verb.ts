// What the verbs that print data have in common: their flags, the daemon they ask, and the two forms of an answer.
import { type Command, InvalidArgumentError } from "commander";
import { isRow, type Row } from "./columns.ts";
import { loadConfig } from "./config.ts";
import { type DaemonClient, withDaemon } from "./daemon-client.ts";
import type { OpenDaemon } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

/** The flags of every verb that prints data. */
export interface DataFlags {
  json?: true;
  envFile?: string;
}

/** An answer as JSON and for a person. */
export interface Shown {
  data: unknown;
  text: string;
}

/** Does a verb's work with the daemon and prints what it gives. */
export type Perform = (flags: DataFlags, work: (daemon: DaemonClient) => Promise<Shown>) => Promise<void>;

export const ENV_FILE_FLAG = [
  "--env-file <path>",
  "read settings from a file, under those of the environment",
] as const;

export function performer(terminal: Terminal, openDaemon: OpenDaemon): Perform {
  return async (flags, work) => {
    const config = loadConfig(terminal, flags.envFile ?? null);
    const { data, text } = await withDaemon(terminal, config, openDaemon, work);
    terminal.print(flags.json ? JSON.stringify(data) : text);
  };
}

/** A verb with the flags of all that print data. */
export function dataVerb(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option("--json", "as JSON")
    .option(...ENV_FILE_FLAG);
}

/** Reads a flag that is a whole number. */
export function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

export async function readUser(daemon: DaemonClient, userId: string): Promise<Row> {
  const user = await daemon.ask("GET", `/users/${segment(userId)}`);
  return isRow(user) ? user : {};
}

/** A row's connection by name. */
export function connectionOf({ connection }: Row): unknown {
  return connection ?? "all";
}

/** One part of an address. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}
