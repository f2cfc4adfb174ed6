// The command line: verbs, their flags, their exit codes (0 ok, 1 failed, 2 usage, 78 bad configuration).
import { Command, CommanderError } from "commander";
import { StoreError } from "../db/store.ts";
import { AppError } from "../errors.ts";
import { VERSION } from "../version.ts";
import { checkConfig } from "./config.ts";
import { type OpenDaemon, serve } from "./serve.ts";

/** The process as the verbs see it. */
export interface Terminal {
  argv: readonly string[];
  env: Record<string, string | undefined>;
  isTerminal: boolean;
  /** The text of a file, or null when it cannot be read. */
  readFile: (path: string) => string | null;
  /** One line of the command's own data. */
  print: (text: string) => void;
  /** One line to the person who started it. */
  complain: (text: string) => void;
}

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_BAD_CONFIG = 78;

/** Runs one verb and gives the exit code; a fault that lull cannot name is thrown. */
export async function run(terminal: Terminal, openDaemon: OpenDaemon): Promise<number> {
  try {
    await commands(terminal, openDaemon).parseAsync([...terminal.argv], { from: "user" });
    return EXIT_OK;
  } catch (error) {
    return report(error, terminal);
  }
}

function commands(terminal: Terminal, openDaemon: OpenDaemon): Command {
  const program = new Command("lull")
    .description("Waits for the lull: answers a burst of WhatsApp messages once, beside Chatwoot.")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
    });
  program
    .command("serve")
    .description("Run the daemon.")
    .option("--env-file <path>", "read settings from a file, under those of the environment")
    .action((options: { envFile?: string }) => serve(terminal, options.envFile ?? null, openDaemon));
  const config = program.command("config").description("Look at the settings.");
  config
    .command("check")
    .description("Say whether the settings are right, without starting anything.")
    .option("--env-file <path>", "read settings from a file, under those of the environment")
    .action((options: { envFile?: string }) => checkConfig(terminal, options.envFile ?? null));
  program
    .command("version")
    .description("Print the version.")
    .option("--json", "as JSON")
    .action((options: { json?: true }) =>
      terminal.print(options.json ? JSON.stringify({ version: VERSION, bun: Bun.version }) : VERSION),
    );
  return program;
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  const known = error instanceof StoreError ? cannotKeep(error) : error;
  if (!(known instanceof AppError)) throw known;
  terminal.complain(`✗ ${known.message}`);
  if (known.fix !== undefined) terminal.complain(`  ${known.fix}`);
  return known.code === "bad_config" ? EXIT_BAD_CONFIG : EXIT_FAILED;
}

function cannotKeep({ kind }: StoreError): AppError {
  return new AppError("cannot_store", `The database cannot be written (${kind}).`, {
    fix: "Check the free space and the permissions of the data folder, and that no other program has it open.",
  });
}
