// The settings of a command: the environment over an env file; and `lull config check`.
import { parseEnv } from "node:util";
import { type Config, readConfig } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";

/** Reads the settings as every verb does. Throws AppError `bad_config`. */
export function loadConfig(terminal: Terminal, envFile: string | null): Config {
  return readConfig({
    env: { ...readEnvFile(terminal, envFile), ...given(terminal.env) },
    readFile: terminal.readFile,
  });
}

export function checkConfig(terminal: Terminal, envFile: string | null): void {
  loadConfig(terminal, envFile);
  terminal.print("✔ the settings are right");
}

function readEnvFile(terminal: Terminal, path: string | null): Record<string, string | undefined> {
  if (path === null) return {};
  const text = terminal.readFile(path);
  if (text === null)
    throw new AppError("bad_config", `The file ${path} cannot be read.`, { fix: "Check --env-file." });
  return parseEnv(text);
}

/** An empty value in the environment is an unset one and must not hide the file's. */
function given(env: Terminal["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}
