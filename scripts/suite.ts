// Runs test files and says the truth about them: `bun test` alone exits 0 when a test ends the process, when a file
// holds no test, and leaves files it could not read out of its report. Here every file on disk must have a result.
// Usage: bun scripts/suite.ts [folder or file …] [-- options for bun test]
import { mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { readReport } from "./junit.ts";
import type { TestResult } from "./junit.ts";

/** A guard against tests that hang, not a measure: a busy machine may take its time. */
const TEST_TIMEOUT_MS = 60_000;
const WORKERS = 2; // with fewer, a test that ends the process ends the run
const TEST_FOLDER = resolve(import.meta.dir, "../test");
/** These need a built executable, so they run only when named. */
const BINARY_TEST_FOLDER = join(TEST_FOLDER, "binary");
/** Thousands of databases are made and thrown away: on a disk in memory their fsyncs cost nothing. */
const MEMORY_DISK = "/dev/shm";
/** What the largest tests together may need there. */
const MEMORY_DISK_FREE_BYTES_MIN = 4 * 1024 ** 3;
/** The summary stands at the end of the console's text; no more of it is kept. */
const CONSOLE_TAIL_CHARACTERS = 64 * 1024;

if (import.meta.main) process.exitCode = await runSuite(process.argv.slice(2));

/** What `bun test` did, as far as can be seen from outside. */
interface Run {
  exitCode: number;
  consoleTail: string;
  results: TestResult[];
}

/** Runs what the arguments name and prints the totals as the last line. Resolves to 0 when all passed, 1 else. */
async function runSuite(args: string[]): Promise<number> {
  const { paths, options } = readArguments(args);
  const files = paths.length === 0 ? defaultFiles() : paths.flatMap((path) => testFilesIn(resolve(path)));
  const run = files.length === 0 ? null : await runTests(files, options);
  const problems = run === null ? ["no test file found"] : findProblems(run, files);
  return report(run?.results ?? [], problems);
}

function readArguments(args: string[]): { paths: string[]; options: string[] } {
  const endAt = args.indexOf("--");
  if (endAt < 0) return { paths: args, options: [] };
  return { paths: args.slice(0, endAt), options: args.slice(endAt + 1) };
}

function defaultFiles(): string[] {
  return testFilesIn(TEST_FOLDER).filter((file) => !file.startsWith(BINARY_TEST_FOLDER + "/"));
}

/** Absolute paths, sorted; a path that is not there stays in the list, where it will miss its result. */
function testFilesIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return [...new Bun.Glob("**/*.test.ts").scanSync({ cwd: path, absolute: true })].sort();
}

async function runTests(files: string[], options: string[]): Promise<Run> {
  const folder = mkdtempSync(join(temporaryFolder(files), "suite-"));
  try {
    const reportFile = join(folder, "report.xml");
    const { exitCode, consoleTail } = await runBunTest(files, folder, reportFile, options);
    const xml = Bun.file(reportFile);
    return { exitCode, consoleTail, results: (await xml.exists()) ? readReport(await xml.text()) : [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runBunTest(
  files: string[],
  folder: string,
  reportFile: string,
  options: string[],
): Promise<Omit<Run, "results">> {
  const reporter = ["--reporter=junit", `--reporter-outfile=${reportFile}`];
  const child = Bun.spawn(
    [
      process.execPath,
      "test",
      "--no-env-file",
      `--parallel=${WORKERS}`,
      `--timeout=${TEST_TIMEOUT_MS}`,
      ...reporter,
      ...options,
      ...files,
    ],
    {
      // Whatever a test leaves behind goes with the folder.
      env: { ...testEnvironment(), TMPDIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const stop = (signal: NodeJS.Signals): void => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const tails = await Promise.all([showConsole(child.stdout), showConsole(child.stderr)]);
  return { exitCode: await child.exited, consoleTail: tails.join("\n") };
}

/** CI makes Bun refuse `.only`. The totals file is this run's, not that of a runner or daemon that a test starts. */
function testEnvironment(): Record<string, string | undefined> {
  const { LULL_TOTALS_FILE: _own, ...inherited } = process.env;
  return { ...inherited, CI: "true", ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
}

/** The executable's tests are about what a disk keeps, and get a real one; so does everybody whose memory disk is small. */
function temporaryFolder(files: readonly string[]): string {
  if (files.some((file) => file.startsWith(BINARY_TEST_FOLDER + "/"))) return tmpdir();
  const disk = statSync(MEMORY_DISK, { throwIfNoEntry: false })?.isDirectory()
    ? statfsSync(MEMORY_DISK)
    : null;
  const hasRoom = disk !== null && disk.bavail * disk.bsize >= MEMORY_DISK_FREE_BYTES_MIN;
  return hasRoom ? MEMORY_DISK : tmpdir();
}

/** Passes everything on to one stream, so that the totals come last, and keeps the end of it. */
async function showConsole(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const bytes of stream) {
    process.stdout.write(bytes);
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-CONSOLE_TAIL_CHARACTERS);
  }
  return Bun.stripANSI(tail);
}

/** What went wrong beside the failed tests of the report, one sentence for each failure to be counted. */
function findProblems(run: Run, files: string[]): string[] {
  const withResult = new Set(run.results.map((result) => resolve(result.file)));
  const problems = files
    .filter((file) => !withResult.has(file))
    .map((file) => `${relative(".", file)}: no result`);
  const reported = run.results.filter((result) => result.outcome === "failed").length;
  for (let known = reported + problems.length; known < failuresOnConsole(run.consoleTail); known++) {
    problems.push("a failure on the console that is not in the report");
  }
  if (!/^Ran \d+ tests? across/m.test(run.consoleTail)) problems.push("the run ended without its summary");
  if (run.exitCode !== 0 && reported + problems.length === 0)
    problems.push(`bun test ended with code ${run.exitCode}`);
  return problems;
}

function failuresOnConsole(consoleTail: string): number {
  return Number([...consoleTail.matchAll(/^ *(\d+) fail$/gm)].at(-1)?.[1] ?? 0);
}

async function report(results: TestResult[], problems: string[]): Promise<number> {
  const named = (outcome: TestResult["outcome"]): string[] =>
    results.filter((result) => result.outcome === outcome).map((result) => `${result.file}: ${result.name}`);
  const [passed, failed, skipped] = [
    named("passed").length,
    [...named("failed"), ...problems],
    named("skipped"),
  ];
  printList("Skipped", skipped);
  printList("Failed", failed);
  const totalsFile = process.env["LULL_TOTALS_FILE"];
  if (totalsFile) await Bun.write(totalsFile, `${passed} ${failed.length} ${skipped.length}\n`);
  if (skipped.length > 0) process.stdout.write(`${skipped.length} skipped\n`);
  // Who reads the last line wants these two figures and nothing else.
  process.stdout.write(`${passed} passed, ${failed.length} failed\n`);
  return failed.length === 0 && passed > 0 ? 0 : 1;
}

function printList(title: string, lines: string[]): void {
  if (lines.length > 0) process.stdout.write(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join("")}\n`);
}
