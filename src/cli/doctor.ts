// `lull doctor`: what can be wrong with an installation, looked at one by one, each with what to do about it. It changes
// nothing of lull's, tries the store with an object that it removes, and makes no data folder where there is none.
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../config.ts";
import { AppError } from "../errors.ts";
import { at, rowsOf, shown } from "./columns.ts";
import { loadConfig } from "./config.ts";
import { withDaemon } from "./daemon-client.ts";
import type { OpenDaemon } from "./serve.ts";
import type { Terminal } from "./terminal.ts";
import { type DataFlags, dataVerb } from "./verb.ts";

/** How a command ended that found no fault of its own. */
export type Outcome = "well" | "failed" | "unavailable";

interface Check {
  name: string;
  state: "ok" | "failed" | "skipped";
  text: string;
  items?: string[];
  fix?: string;
  code?: string;
}

const MARKS = { ok: "✔", failed: "✖", skipped: "–" } as const;
const NAME_WIDTH = 12;
const ITEMS_SHOWN_MAX = 20;

export function addDoctorVerb(
  program: Command,
  terminal: Terminal,
  openDaemon: OpenDaemon,
  end: (outcome: Outcome) => void,
): void {
  dataVerb(program, "doctor", "Look at everything that can be wrong, and say what to do.").action(
    async (flags: DataFlags) => {
      const checks = await examine(terminal, flags.envFile ?? null, openDaemon);
      terminal.print(flags.json ? JSON.stringify(checks) : checks.map(lineOf).join("\n"));
      end(outcomeOf(checks));
    },
  );
}

async function examine(terminal: Terminal, envFile: string | null, openDaemon: OpenDaemon): Promise<Check[]> {
  const config = readSettings(terminal, envFile);
  if (config instanceof AppError) return [failed("settings", config)];
  const settings = ok("settings", "they are right");
  const folder = checkFolder(config.dataDir);
  if (folder.state === "skipped") return [settings, folder];
  const path = join(config.dataDir, "lull.db");
  if (!existsSync(path)) return [settings, folder, skipped("database", "lull has not run here yet")];
  const database = checkDatabase(terminal, path);
  return [settings, folder, database, ...(await askDaemon(terminal, config, openDaemon))];
}

function readSettings(terminal: Terminal, envFile: string | null): Config | AppError {
  try {
    return loadConfig(terminal, envFile);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** Written to, since permissions alone know nothing of a full or broken disk. */
function checkFolder(path: string): Check {
  const name = "data folder";
  if (!existsSync(path)) return skipped(name, `${path} is not there yet: lull serve makes it`);
  const openTo = statSync(path).mode & 0o077;
  if (openTo !== 0) {
    const fix = `chmod 700 ${path}`;
    return { name, state: "failed", text: `${path} is open to other users of this machine`, fix };
  }
  const probe = join(path, ".doctor");
  try {
    writeFileSync(probe, "written by lull doctor\n", { mode: 0o600 });
    return ok(name, `${path} can be written, by its own user alone`);
  } catch {
    const fix = "Give it to lull's user, and see that there is room on the disk.";
    return { name, state: "failed", text: `${path} cannot be written`, fix };
  } finally {
    rmSync(probe, { force: true });
  }
}

function checkDatabase({ checkDatabase: look }: Terminal, path: string): Check {
  const fault = look(path);
  if (fault === null) return ok("database", "it is whole");
  const fix = "Stop lull, keep a copy of the data folder, and go back to a backup.";
  return { name: "database", state: "failed", text: fault, fix };
}

/** What only lull itself can see. That it opens its data at all proves the master key. */
async function askDaemon(terminal: Terminal, config: Config, openDaemon: OpenDaemon): Promise<Check[]> {
  try {
    return await withDaemon(terminal, config, openDaemon, async (daemon) => {
      const answer = await daemon.ask("POST", "/doctor");
      const daemonText = daemon.isUp ? "it runs" : "it does not run: its data folder was asked";
      const master = ok("master key", "it opens what was sealed with it");
      return [ok("daemon", daemonText), master, ...rowsOf(answer).map(readCheck)];
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [failed(error.reason === "master_key" ? "master key" : "daemon", error)];
  }
}

function readCheck(row: Record<string, unknown>): Check {
  const { items, fix, code } = row;
  const state = row["state"] === "ok" ? "ok" : row["state"] === "skipped" ? "skipped" : "failed";
  return {
    name: shown(at(row, "name")),
    state,
    text: shown(at(row, "text")),
    ...(Array.isArray(items) ? { items: items.map(shown) } : {}),
    ...(typeof fix === "string" ? { fix } : {}),
    ...(typeof code === "string" ? { code } : {}),
  };
}

function lineOf({ name, state, text, items = [], fix }: Check): string {
  const more = items.length - ITEMS_SHOWN_MAX;
  const lines = [
    `${MARKS[state]} ${name.padEnd(NAME_WIDTH)} ${text}`,
    ...items.slice(0, ITEMS_SHOWN_MAX).map((item) => `    ${item}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...(state === "failed" && fix !== undefined ? [`    → ${fix}`] : []),
  ];
  return lines.join("\n");
}

function outcomeOf(checks: readonly Check[]): Outcome {
  if (checks.some(({ code }) => code === "storage_unavailable" || code === "busy")) return "unavailable";
  return checks.some(({ state }) => state === "failed") ? "failed" : "well";
}

function ok(name: string, text: string): Check {
  return { name, state: "ok", text };
}

function skipped(name: string, text: string): Check {
  return { name, state: "skipped", text };
}

function failed(name: string, { message: text, fix, code }: AppError): Check {
  return { name, state: "failed", text, code, ...(fix === undefined ? {} : { fix }) };
}
