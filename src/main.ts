#!/usr/bin/env bun
// The verbs. Alone reads the environment, writes to the terminal and exits.
import { readFileSync } from "node:fs";
import { openApp } from "./app.ts";
import { run, type Terminal } from "./cli/run.ts";

const terminal: Terminal = {
  argv: process.argv.slice(2),
  env: process.env,
  isTerminal: process.stderr.isTTY === true,
  readFile(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
};

process.exitCode = await run(terminal, openApp);
