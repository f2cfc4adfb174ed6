import { describe, expect, test } from "bun:test";
import { readSource, type Source, withoutComments } from "./source.ts";

interface Ban {
  name: string;
  pattern: RegExp;
  /** What the ban has to find, so that it is known to bite. */
  planted: string;
}

/** Time, chance and the network reach the source through Clock, Random and a `fetch` that is passed in. */
const UNOWNED: readonly Ban[] = [
  { name: "Date.now", pattern: /\bDate\.now\b/, planted: "const now = Date.now();" },
  { name: "new Date()", pattern: /\bnew Date\(\s*\)/, planted: "return new Date( ).toISOString();" },
  { name: "Date()", pattern: /(?<!new )\bDate\(/, planted: "const words = Date();" },
  { name: "setTimeout", pattern: /\bsetTimeout\b/, planted: "setTimeout(fire, 10);" },
  { name: "setInterval", pattern: /\bsetInterval\b/, planted: "const handle = setInterval(fire, 10);" },
  {
    name: "timers/promises",
    pattern: /\btimers(\/promises)?"/,
    planted: 'import { scheduler } from "node:timers/promises";',
  },
  { name: "performance.now", pattern: /\bperformance\b/, planted: "const startedAt = performance.now();" },
  {
    name: "Bun.nanoseconds",
    pattern: /\b(Bun\.nanoseconds|process\.(hrtime|uptime))\b/,
    planted: "process.hrtime();",
  },
  { name: "AbortSignal.timeout", pattern: /\bAbortSignal\.timeout\b/, planted: "AbortSignal.timeout(5)" },
  { name: "Bun.sleep", pattern: /\bBun\.sleep(Sync)?\b/, planted: "await Bun.sleep(1);" },
  { name: "Math.random", pattern: /\bMath\.random\b/, planted: "wait * Math.random()" },
  {
    name: "made-up ids and bytes",
    pattern: /\b(random(UUID\w*|Bytes|Int)|getRandomValues)\b/,
    planted: "crypto.randomUUID()",
  },
  { name: "the global fetch", pattern: /(?<![.\w#])fetch\(/, planted: "await fetch(url)" },
  { name: "fetch by its owner", pattern: /\b(globalThis|Bun)\.fetch\b/, planted: "globalThis.fetch(url)" },
  { name: "the environment", pattern: /\b(process|Bun|import\.meta)\.env\b/, planted: 'process.env["HOME"]' },
  { name: "an exit", pattern: /\bprocess\.(exit|abort)\b/, planted: "process.exit(1)" },
];

/** The two that own time and chance, the two that hand in the machine's own, and the page in the browser. */
const OWNERS = ["clock.ts", "random.ts", "app.ts", "main.ts", "web/"];
/** The verb that replaces its process gives it the same environment. */
const ENVIRONMENT_OWNERS = ["cli/serve.ts"];

const SLOPPY: readonly Ban[] = [
  {
    name: "any",
    pattern: /[:<,|&(]\s*any\b(?!\s+\w)|\bas any\b|\bany\[\]/,
    planted: "const row: any = read();",
  },
  {
    name: "a suppressed complaint",
    pattern: /@ts-(ignore|nocheck|expect-error)|oxlint-disable|eslint-disable/,
    planted: "// @ts-ignore",
  },
  { name: "a note to oneself", pattern: /\b(TODO|FIXME|XXX|HACK)\b/, planted: "// TODO: later" },
  { name: "a print", pattern: /\bconsole\.\w+\(/, planted: 'console.log("here");' },
  { name: "a breakpoint", pattern: /\bdebugger\b/, planted: "debugger;" },
];

const TEST_SLEEPS: readonly Ban[] = [
  { name: "Bun.sleep", pattern: /\bBun\.sleep\b/, planted: "await Bun.sleep(50);" },
  {
    name: "setTimeout",
    pattern: /\bset(Timeout|Interval)\(/,
    planted: "await new Promise((done) => setTimeout(done, 50));",
  },
];

const source = await readSource("src");
const tests = await readSource("test");

/** Where a ban is broken, as `file: name`. */
function breaks(files: Source, bans: readonly Ban[], allowed: readonly string[]): string[] {
  const isAllowed = (file: string): boolean =>
    allowed.some((place) => (place.endsWith("/") ? file.startsWith(place) : file === place));
  return [...files]
    .filter(([file]) => !isAllowed(file))
    .flatMap(([file, text]) =>
      bans.filter(({ pattern }) => pattern.test(text)).map(({ name }) => `${file}: ${name}`),
    );
}

const code: Source = new Map([...source].map(([file, text]) => [file, withoutComments(text)]));

describe("the source", () => {
  test("asks nobody but its clock, its chance and the fetch it was given", () => {
    const environmentAside = new Map([...code].filter(([file]) => !ENVIRONMENT_OWNERS.includes(file)));
    expect(breaks(environmentAside, UNOWNED, OWNERS)).toEqual([]);
    const withoutEnvironment = UNOWNED.filter(({ name }) => name !== "the environment");
    expect(breaks(code, withoutEnvironment, OWNERS)).toEqual([]);
  });

  test("holds no any, no note to oneself and no print", () => {
    const commentsAside = SLOPPY.filter(({ name }) => name === "any" || name === "a print");
    expect(breaks(code, commentsAside, [])).toEqual([]);
    expect(
      breaks(
        source,
        SLOPPY.filter((ban) => !commentsAside.includes(ban)),
        [],
      ),
    ).toEqual([]);
  });
});

describe("the tests", () => {
  test("wait for what happens, never for time to pass", () => {
    const files = new Map([...tests].filter(([file]) => file.endsWith(".test.ts")));
    expect(files.size).toBeGreaterThan(20);
    expect(breaks(files, TEST_SLEEPS, ["structure/time.test.ts"])).toEqual([]);
  });
});

describe("a planted one is found", () => {
  test.each([...UNOWNED, ...SLOPPY, ...TEST_SLEEPS].map((ban) => [ban.name, ban] as const))(
    "%s",
    (_, ban) => {
      const planted = new Map([
        ["turn/worker.ts", `${source.get("turn/worker.ts") ?? ""}\n${ban.planted}\n`],
      ]);
      expect(breaks(planted, [ban], OWNERS)).toEqual([`turn/worker.ts: ${ban.name}`]);
    },
  );

  test("also behind a comment on the same line, not inside one", () => {
    const text =
      '// Date.now() is not asked here\nconst address = "http://localhost"; const now = Date.now();\n';
    const ban = UNOWNED.slice(0, 1);
    expect(breaks(new Map([["loop.ts", withoutComments(text)]]), ban, OWNERS)).toEqual(["loop.ts: Date.now"]);
    const comment = withoutComments("/* Date.now() */ const now = clock.now(); // Date.now()\n");
    expect(breaks(new Map([["loop.ts", comment]]), ban, OWNERS)).toEqual([]);
  });

  test.each([
    "const response = await deps.fetch(url);",
    "this.#fetch(url)",
    "const moment = new Date(message.createdAt);",
    "prefetch(url)",
  ])("and what is passed in is left alone: %s", (text) => {
    expect(breaks(new Map([["loop.ts", text]]), UNOWNED, OWNERS)).toEqual([]);
  });
});
