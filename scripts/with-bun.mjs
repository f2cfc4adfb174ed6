// Runs the project's own Bun with the arguments given, after making sure that what bun.lock names is installed.
// The one file that must also run where there is only Node: no dependency, no TypeScript. It is no package manager.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isatty } from "node:tty";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODULES = join(ROOT, "node_modules");
const BUN = join(MODULES, ".bin", "bun");

/** Holds the hash of the bun.lock that node_modules was installed from. */
const STAMP = join(MODULES, ".lull-installed");

/** Holds a Bun for the time of an installation, where none was at hand. */
const BOOTSTRAP = join(MODULES, ".bun-bootstrap");

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const BUN_VERSION = devDependencies.bun;

const lockHash = createHash("sha256")
  .update(readFileSync(join(ROOT, "bun.lock")))
  .digest("hex");
if (!isInstalled()) install();
repairBun();
runBun(process.argv.slice(2));

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash;
}

function install() {
  const [command, ...args] = installer();
  run(command, [...args, "install", "--frozen-lockfile"], ROOT);
  rmSync(BOOTSTRAP, { recursive: true, force: true });
  writeFileSync(STAMP, lockHash);
}

/** The command of a Bun that can read bun.lock: one of the pinned version at hand, else fetched by whoever called. */
function installer() {
  const caller = process.versions.bun ? process.execPath : callingBun();
  if (caller !== null && versionOf(caller) === BUN_VERSION) return [caller];
  if (versionOf(BUN) === BUN_VERSION) return [BUN];
  return caller === null ? [fetchBun()] : [caller, "x", `bun@${BUN_VERSION}`];
}

/** The Bun behind `bun run` when that found a Node to run this file with, else null. */
function callingBun() {
  const isCalledByBun = process.env.npm_config_user_agent?.startsWith("bun/") ?? false;
  return isCalledByBun ? (process.env.npm_execpath ?? null) : null;
}

/** By npm, in two steps: npm 12 runs no postinstall unless told to, not even for npx. */
function fetchBun() {
  rmSync(BOOTSTRAP, { recursive: true, force: true });
  mkdirSync(BOOTSTRAP, { recursive: true });
  writeFileSync(join(BOOTSTRAP, "package.json"), "{}");
  const flags = ["--prefix", BOOTSTRAP, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  run("npm", ["install", ...flags, `bun@${BUN_VERSION}`], BOOTSTRAP);
  runPostinstall(join(BOOTSTRAP, "node_modules", "bun"));
  return join(BOOTSTRAP, "node_modules", ".bin", "bun");
}

/** Where npm made node_modules, Bun may be a placeholder that only complains. */
function repairBun() {
  if (versionOf(BUN) !== BUN_VERSION) runPostinstall(join(MODULES, "bun"));
  if (versionOf(BUN) !== BUN_VERSION)
    fail(`${BUN} is not Bun ${BUN_VERSION}: delete node_modules and try again`);
}

function runPostinstall(bunPackage) {
  if (existsSync(join(bunPackage, "install.js"))) run(process.execPath, ["install.js"], bunPackage);
}

/** Null when it does not run. */
function versionOf(bun) {
  const { status, stdout } = spawnSync(bun, ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : null;
}

/** Runs a step of the installation to its end; what it says goes to stderr, since stdout is the command's own. */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(`"${command} ${args.join(" ")}" failed`, error);
}

/** Ends as Bun ends: with its exit code, or 128 and the number of the signal that ended it. */
function runBun(args) {
  const child = spawn(BUN, args, { stdio: "inherit" });
  forwardSignals(child);
  child.on("error", (error) => fail("Bun did not start", error));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** A terminal sends Ctrl-C to the child too: passing it on would make two of one. */
function forwardSignals(child) {
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
  process.on("SIGINT", () => hasTerminal || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
}

function fail(what, error) {
  console.error(`with-bun: ${what}${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}
