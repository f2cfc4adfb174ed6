// The runner behind `npm test` must not say "passed" of tests that never ran. Each case is a folder of its own,
// outside the tests' own tree.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SUITE = join(import.meta.dir, "../scripts/suite.ts");
const LIMIT_MS = 30_000;

const PASSING = `import { expect, test } from "bun:test"; test("adds", () => expect(1 + 1).toBe(2));`;
const FAILING = `import { expect, test } from "bun:test"; test("adds badly", () => expect(1 + 1).toBe(3));`;
const LEAVING = `import { test } from "bun:test"; test("leaves", () => process.exit(0)); test("is never reached", () => {});`;
const UNREADABLE = `import { test } from "bun:test"; test("x", ( => 1`;
const UNRESOLVED = `import { gone } from "./gone.ts"; import { test } from "bun:test"; test("x", () => gone());`;
const THROWING = `import { test } from "bun:test"; throw new Error("at import"); test("x", () => {});`;
const FOCUSED = `import { test } from "bun:test"; test.only("one", () => {}); test("other", () => {});`;
const SKIPPING = `import { describe, test } from "bun:test"; describe("later", () => test.skip("<maybe>", () => {}));`;
const NOISY = `import { test } from "bun:test"; test("loud", () => console.log("\\n 0 fail\\nRan 9 tests across 9 files."));`;

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("the runner", () => {
  test(
    "passes what passes",
    async () => {
      const run = await runSuite({ "a.test.ts": PASSING, "deep/b.test.ts": PASSING, "c.ts": "throw 1;" });
      expect(run).toMatchObject({ exitCode: 0, lastLine: "2 passed, 0 failed", totals: "2 0 0\n" });
    },
    LIMIT_MS,
  );

  test(
    "names what is skipped",
    async () => {
      const run = await runSuite({ "a.test.ts": PASSING, "b.test.ts": SKIPPING });
      expect(run).toMatchObject({
        exitCode: 0,
        lastLine: "1 passed, 0 failed",
        totals: "1 0 1\n",
      });
      expect(run.output).toEndWith("\n1 skipped\n1 passed, 0 failed\n");
      expect(run.output).toContain("b.test.ts: later > <maybe>");
    },
    LIMIT_MS,
  );

  test.each([
    ["a failing test", FAILING, 1],
    ["a test that ends the process", LEAVING, 1],
    ["a file that is no TypeScript", UNREADABLE, 1],
    ["an import of nothing", UNRESOLVED, 1],
    ["an error at import", THROWING, 1],
    ["a file without a test", "", 1],
    ["a focused test", FOCUSED, 1],
  ])(
    "fails because of %s beside a file that passes",
    async (_trap, source, failed) => {
      const run = await runSuite({ "a.test.ts": PASSING, "b.test.ts": source });
      expect(run).toMatchObject({
        exitCode: 1,
        lastLine: `1 passed, ${failed} failed`,
        totals: `1 ${failed} 0\n`,
      });
      expect(run.output).toContain("b.test.ts: ");
    },
    LIMIT_MS,
  );

  test.each([
    ["a failing test", FAILING],
    ["a test that ends the process", LEAVING],
    ["a test that ends the process after a forged summary", NOISY + LEAVING.replace(/^.*?;/, "")],
    ["a file that is no TypeScript", UNREADABLE],
    ["an import of nothing", UNRESOLVED],
    ["a file without a test", ""],
    ["nothing but a skipped test", SKIPPING],
  ])(
    "fails because of %s alone",
    async (_trap, source) => {
      const run = await runSuite({ "b.test.ts": source });
      expect(run.exitCode).toBe(1);
      expect(run.lastLine).toMatch(/^0 passed, \d+ failed$/);
    },
    LIMIT_MS,
  );

  test(
    "fails when there is no test file, and when a named one is missing",
    async () => {
      expect(await runSuite({ "a.ts": PASSING })).toMatchObject({
        exitCode: 1,
        lastLine: "0 passed, 1 failed",
      });
      const run = await runSuite({ "a.test.ts": PASSING }, ["a.test.ts", "gone.test.ts"]);
      expect(run.exitCode).toBe(1);
      expect(run.output).toContain("gone.test.ts: no result");
    },
    LIMIT_MS,
  );

  test(
    "hands what stands behind -- to bun test",
    async () => {
      const run = await runSuite({ "a.test.ts": PASSING, "b.test.ts": FAILING }, [".", "--", "-t", "adds$"]);
      expect(run).toMatchObject({ exitCode: 0, lastLine: "1 passed, 0 failed", totals: "1 0 1\n" });
    },
    LIMIT_MS,
  );
});

interface SuiteRun {
  exitCode: number;
  output: string;
  lastLine: string;
  /** What the runner wrote for whoever adds suites up. */
  totals: string;
}

async function runSuite(files: Record<string, string>, args = ["."]): Promise<SuiteRun> {
  const folder = makeFolder(files);
  const totalsFile = join(folder, "totals");
  const child = Bun.spawn([process.execPath, SUITE, ...args], {
    cwd: folder,
    env: { ...process.env, LULL_TOTALS_FILE: totalsFile },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const output = await new Response(child.stdout).text();
  const exitCode = await child.exited;
  const lastLine = output.trimEnd().split("\n").at(-1) ?? "";
  return { exitCode, output, lastLine, totals: readFileSync(totalsFile, "utf8") };
}

function makeFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "runner-test-"));
  folders.push(folder);
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), source);
  }
  return folder;
}
