// The process as the verbs see it: words, files, answers of the person who typed, time and the network. main.ts makes it.
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Restored } from "../upkeep/restore.ts";

export interface Terminal {
  argv: readonly string[];
  env: Record<string, string | undefined>;
  /** Whether a person reads what is complained. */
  isTerminal: boolean;
  input: Input;
  clock: Clock;
  /** A request; with `unix` to that socket. */
  fetch: (url: string, init: RequestInit & { unix: string }) => Promise<Response>;
  /** The text of a file, or null when it cannot be read. */
  readFile: (path: string) => string | null;
  /** What is wrong with a database; null when nothing is. */
  checkDatabase: (path: string) => string | null;
  /** Puts a backup in the place of the database, while no daemon runs; `named` is its id, its file, or `latest`. */
  restore: (config: Config, named: string, now: number) => Restored;
  /** One line of the command's own data. */
  print: (text: string) => void;
  /** One line to the person who started it. */
  complain: (text: string) => void;
}

/** Standard input. */
export interface Input {
  /** Whether a person can be asked. */
  isTerminal: boolean;
  /** What was piped in, to its end but no further than `charactersMax`. */
  readAll: (charactersMax: number) => Promise<string>;
  /** One line of the person's answer, not shown while it is typed if `isHidden`; null when they went away instead. */
  ask: (question: string, isHidden: boolean) => Promise<string | null>;
}

/** The command was given wrongly, in a way that only the verb itself can see. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to do instead, one sentence. */
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
