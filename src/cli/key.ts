// `lull key`: the AI keys of a user, or of the system. A key comes in by standard input or a file, never by a word of the
// command, and is never shown again.
import { Argument, type Command, InvalidArgumentError } from "commander";
import { at, type Columns, type Row, shown, table } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { readSecret } from "./secret.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, segment, type Shown, wholeNumber } from "./verb.ts";

interface AddFlags extends DataFlags {
  keyFile?: string;
  model?: string;
  temperature?: number;
  priority?: number;
}

const PROVIDERS = ["groq", "openai"];
/** How the keys of the providers begin. */
const LOOKS_LIKE_A_KEY = /^(sk-|gsk_)[\w-]{8,}$/;

/** Throws UsageError when a word of the command looks like a key, whatever the command is. */
export function refuseKeys(argv: readonly string[]): void {
  const pieces = argv.flatMap((word) => word.split(/[\s=:,]/));
  if (!pieces.some((piece) => LOOKS_LIKE_A_KEY.test(piece))) return;
  throw new UsageError(
    "A key must not stand on the command line: every program on this machine can read it there, and the shell keeps it.",
    "Take it as known to others and make a new one; then pipe it in, or use --key-file.",
  );
}

export function addKeyVerbs(program: Command, perform: Perform, terminal: Terminal): void {
  const key = program
    .command("key")
    .description("AI keys, of a user or of the system. They are sealed, never shown.");
  dataVerb(
    key,
    "list [userId]",
    "The keys of a user, or the system's, in the order in which they are tried.",
  ).action((userId: string | undefined, flags: DataFlags) =>
    perform(flags, (daemon) => listKeys(daemon, userId)),
  );
  dataVerb(key, "add", "Keep a key that comes in by standard input.")
    .addArgument(new Argument("<provider>").choices(PROVIDERS))
    .argument("[userId]", "whose it is; the system's when not given")
    .option("--key-file <path>", "read the key from a file instead")
    .option("--model <name>", "the model to ask for with it")
    .option("--temperature <number>", "from 0 to 2", temperature)
    .option("--priority <n>", "the lowest is tried first", wholeNumber)
    .action(async (provider: string, userId: string | undefined, flags: AddFlags) => {
      const apiKey = await readSecret(terminal, {
        noun: "key",
        question: `Key for ${provider} (it is not shown): `,
        file: flags.keyFile,
        flag: "--key-file",
        example: `lull key add ${provider} < key.txt`,
      });
      await perform(flags, (daemon) => addKey(daemon, { provider, apiKey, ...manner(flags) }, userId));
    });
  dataVerb(key, "remove <keyId> [userId]", "Forget a key of a user, or of the system.").action(
    (keyId: string, userId: string | undefined, flags: DataFlags) =>
      perform(flags, (daemon) => removeKey(daemon, keyId, userId)),
  );
  dataVerb(key, "wake", "Let keys that rest after a refusal be tried again, everybody's.").action(
    (flags: DataFlags) => perform(flags, wakeKeys),
  );
}

const COLUMNS: Columns = {
  ID: ({ id }) => id,
  PROVIDER: ({ provider }) => provider,
  KEY: ({ lastFour }) => `…${shown(lastFour)}`,
  MODEL: ({ model }) => model,
  PRIORITY: ({ priority }) => priority,
  "LAST USED": ({ lastUsedAt }) => lastUsedAt,
  "RESTS UNTIL": ({ restedUntil, restReason }) =>
    typeof restedUntil === "string" ? `${restedUntil} (${shown(restReason)})` : null,
};

export function keyTable(keys: readonly Row[]): string {
  return table(keys, COLUMNS, "There are no keys yet.");
}

async function listKeys(daemon: DaemonClient, userId: string | undefined): Promise<Shown> {
  const data = await daemon.list(keysOf(userId));
  return { data, text: keyTable(data) };
}

async function addKey(daemon: DaemonClient, wanted: Row, userId: string | undefined): Promise<Shown> {
  const data = await daemon.ask("POST", keysOf(userId), wanted);
  return {
    data,
    text: `✔ key ${shown(at(data, "id"))} is ${userId === undefined ? "the system's" : "the user's"}`,
  };
}

async function removeKey(daemon: DaemonClient, keyId: string, userId: string | undefined): Promise<Shown> {
  const data = await daemon.ask("DELETE", `${keysOf(userId)}/${segment(keyId)}`);
  return { data, text: `✔ key ${shown(keyId)} was removed` };
}

async function wakeKeys(daemon: DaemonClient): Promise<Shown> {
  return { data: await daemon.ask("POST", "/ai-keys/wake", {}), text: "✔ no key rests any more" };
}

function keysOf(userId: string | undefined): string {
  return userId === undefined ? "/ai-keys" : `/users/${segment(userId)}/ai-keys`;
}

/** What beside the key was said about it. */
function manner({ model, temperature: warmth, priority }: AddFlags): Row {
  const wanted = Object.entries({ model, temperature: warmth, priority });
  return Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
}

function temperature(text: string): number {
  if (/^\d(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a number such as 0.7.");
}
