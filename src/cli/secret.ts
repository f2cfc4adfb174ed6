// How a secret comes in: piped, from a file, or asked for without being shown; never as a word of the command.
import { AppError } from "../errors.ts";
import { type Terminal, UsageError } from "./terminal.ts";

export interface WantedSecret {
  /** As in "No … was given". */
  noun: string;
  /** What a person is asked. */
  question: string;
  /** Given: it is read from there. */
  file: string | undefined;
  /** The flag that gives the file. */
  flag: string;
  /** How it is piped in. */
  example: string;
}

const SECRET_CHARACTERS_MAX = 1_000;

/** Reads one short word. Throws AppError `invalid_body` for none or for anything else. */
export async function readSecret(terminal: Terminal, wanted: WantedSecret): Promise<string> {
  const secret = (await givenSecret(terminal, wanted))?.trim() ?? "";
  if (secret !== "" && secret.length < SECRET_CHARACTERS_MAX && !/\s/.test(secret)) return secret;
  const { noun, example } = wanted;
  throw new AppError(
    "invalid_body",
    secret === "" ? `No ${noun} was given.` : `That is no ${noun}: it must be one short word.`,
    { fix: `Pipe it in, as in: ${example}` },
  );
}

async function givenSecret({ input, readFile }: Terminal, { question, file, flag, noun }: WantedSecret) {
  if (file === undefined) {
    if (input.isTerminal) return input.ask(question, true);
    return input.readAll(SECRET_CHARACTERS_MAX);
  }
  const text = readFile(file);
  if (text === null) throw new UsageError(`The ${noun} file cannot be read.`, `Check ${flag}.`);
  return text;
}
