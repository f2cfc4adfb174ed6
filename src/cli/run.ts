// The command line: verbs, their flags, their exit codes (0 ok, 1 failed, 2 usage, 69 what is asked does not answer,
// 78 bad configuration).
import { Command, CommanderError } from "commander";
import { StoreError } from "../db/store.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { VERSION } from "../version.ts";
import { addBackupVerbs } from "./backup.ts";
import { addBucketVerbs } from "./bucket.ts";
import { checkConfig } from "./config.ts";
import { addConnectionVerbs } from "./connection.ts";
import { addContactVerbs } from "./contact.ts";
import { addDoctorVerb, type Outcome } from "./doctor.ts";
import { addFlagVerbs } from "./flags.ts";
import { addImportVerb } from "./import.ts";
import { addInboxVerbs } from "./inbox.ts";
import { addJobVerbs } from "./jobs.ts";
import { addKeyVerbs, refuseKeys } from "./key.ts";
import { addNumberVerbs } from "./number.ts";
import { addPromptVerbs } from "./prompt.ts";
import { addScheduleVerbs } from "./schedule.ts";
import { type OpenDaemon, serve } from "./serve.ts";
import { addStatusVerb } from "./status.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { addUserVerbs } from "./user.ts";
import { ENV_FILE_FLAG, performer } from "./verb.ts";

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_UNAVAILABLE = 69;
const EXIT_BAD_CONFIG = 78;
const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  well: EXIT_OK,
  failed: EXIT_FAILED,
  unavailable: EXIT_UNAVAILABLE,
};
/** Failures of something else than the command: it may work later as it is. */
const UNAVAILABLE: readonly ErrorCode[] = [
  "busy",
  "stopping",
  "chatwoot_unreachable",
  "ai_unavailable",
  "storage_unavailable",
];

/** Runs one verb and gives the exit code; a fault that lull cannot name is thrown. */
export async function run(terminal: Terminal, openDaemon: OpenDaemon): Promise<number> {
  try {
    refuseKeys(terminal.argv);
    let code = EXIT_OK;
    const end = (outcome: Outcome): void => void (code = EXIT_CODES[outcome]);
    await commands(terminal, openDaemon, end).parseAsync([...terminal.argv], { from: "user" });
    return code;
  } catch (error) {
    return report(error, terminal);
  }
}

function commands(terminal: Terminal, openDaemon: OpenDaemon, end: (outcome: Outcome) => void): Command {
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
    .option(...ENV_FILE_FLAG)
    .action((options: { envFile?: string }) => serve(terminal, options.envFile ?? null, openDaemon));
  const config = program.command("config").description("Look at the settings.");
  config
    .command("check")
    .description("Say whether the settings are right, without starting anything.")
    .option(...ENV_FILE_FLAG)
    .action((options: { envFile?: string }) => checkConfig(terminal, options.envFile ?? null));
  const perform = performer(terminal, openDaemon);
  addStatusVerb(program, perform, terminal);
  addUserVerbs(program, perform, terminal);
  addNumberVerbs(program, perform);
  addKeyVerbs(program, perform, terminal);
  addPromptVerbs(addInboxVerbs(program, perform, terminal), perform, terminal);
  addConnectionVerbs(program, perform, terminal);
  addContactVerbs(program, perform, terminal);
  addJobVerbs(program, perform, terminal);
  addFlagVerbs(program, perform);
  addBucketVerbs(program, perform, terminal);
  addScheduleVerbs(program, perform, terminal);
  addBackupVerbs(program, perform, terminal);
  addImportVerb(program, perform);
  addDoctorVerb(program, terminal, openDaemon, end);
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
  if (!(known instanceof AppError || known instanceof UsageError)) throw known;
  terminal.complain(`✗ ${known.message}`);
  if (known.fix !== undefined) terminal.complain(`  ${known.fix}`);
  return known instanceof UsageError ? EXIT_USAGE : exitCode(known.code);
}

function exitCode(code: ErrorCode): number {
  if (code === "bad_config") return EXIT_BAD_CONFIG;
  return UNAVAILABLE.includes(code) ? EXIT_UNAVAILABLE : EXIT_FAILED;
}

function cannotKeep({ kind }: StoreError): AppError {
  return new AppError("cannot_store", `The database cannot be written (${kind}).`, {
    fix: "Check the free space and the permissions of the data folder, and that no other program has it open.",
  });
}
