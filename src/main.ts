#!/usr/bin/env bun
// The verbs. Alone reads the environment, writes to the terminal and exits.
import { readFileSync } from "node:fs";
import { checkDatabase, openApp, restore } from "./app.ts";
import { openInput } from "./cli/input.ts";
import { run } from "./cli/run.ts";
import type { Terminal } from "./cli/terminal.ts";
import { systemClock } from "./clock.ts";

const terminal: Terminal = {
  argv: process.argv.slice(2),
  env: process.env,
  isTerminal: process.stderr.isTTY === true,
  input: openInput(process.stdin, process.stderr),
  clock: systemClock(),
  fetch: (url, init) => fetch(url, init),
  readFile(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  checkDatabase,
  restore,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
};

// Whoever reads only the beginning, as `head` does, has what they wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const code = await run(terminal, openApp);
await Promise.all([ended(process.stdout), ended(process.stderr)]);
// A call that was given up may hang in the network for long, and would keep a process that has nothing left to do.
process.exit(code);

/** Resolves when all that was written has left, or cannot any more. */
function ended(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}
