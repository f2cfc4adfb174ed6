// Reading in a thread of its own: the daemon goes on meanwhile, and whatever happens to the thread happens to one file.
import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { systemClock } from "../../src/clock.ts";
import { EXTRACT_LIMITS } from "../../src/knowledge/extracted.ts";
import { Extractor, type ExtractorDeps } from "../../src/knowledge/extractor.ts";
import { ManualClock } from "../harness/clock.ts";
import {
  deflated,
  docxOf,
  FIRST_FREE,
  latin1,
  linesOnPage,
  paragraph,
  pdfOf,
  streamOf,
  utf8,
} from "./files.ts";

const MIB = 1024 * 1024;
const openWorker = (): Worker => new Worker(new URL("../../src/upkeep/worker.ts", import.meta.url));

/** A thread that does something else than reading. */
function threadOf(script: string): () => Worker {
  return () => new Worker(URL.createObjectURL(new Blob([script], { type: "application/javascript" })));
}

const opened: Extractor[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((extractor) => extractor.stop()));
});

function open(deps: Partial<ExtractorDeps> = {}): Extractor {
  const extractor = new Extractor({
    clock: systemClock(),
    openWorker,
    residentBytes: () => process.memoryUsage.rss(),
    ...deps,
  });
  opened.push(extractor);
  return extractor;
}

const never = new AbortController().signal;
const readPdf = (extractor: Extractor, bytes: Uint8Array, signal = never) =>
  extractor.extractText("pdf", bytes, EXTRACT_LIMITS, signal);

const HELLO = pdfOf({ pages: [linesOnPage(["Olá"])] });
const unreadable = (reason: string) => ({ code: "unreadable_file", status: 422, reason });

/** What `work` failed with, null when it did not. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("a thread", () => {
  test("reads a file of every kind, and leaves its bytes", async () => {
    const extractor = open();
    const bytes = utf8("A,B\n1,2");
    expect(await extractor.extractText("csv", bytes, EXTRACT_LIMITS, never)).toMatchObject({
      text: "A: 1\nB: 2",
    });
    expect(bytes.length).toBe(7);
    expect(await readPdf(extractor, HELLO)).toEqual({ text: "Olá", pages: 1, isTruncated: false });
    const docx = extractor.extractText("docx", docxOf(paragraph("Olá")), EXTRACT_LIMITS, never);
    expect(await docx).toEqual({ text: "Olá", isTruncated: false });
  });

  test("tells why a file could not be read", async () => {
    const extractor = open();
    const locked = pdfOf({ pages: [], password: { user: "segredo" } });
    expect(await failureOf(readPdf(extractor, locked))).toMatchObject(unreadable("encrypted"));
    expect(await failureOf(readPdf(extractor, latin1("%PDF-")))).toMatchObject(unreadable("broken"));
    expect(await readPdf(extractor, HELLO)).toMatchObject({ text: "Olá" });
  });

  test("reads files one after another, and refuses the fifth that would wait", async () => {
    const clock = new ManualClock();
    let openCount = 0;
    const silent = threadOf("self.onmessage = () => {}");
    const extractor = open({ clock, openWorker: () => (openCount++, silent()), timeMaxMs: 1_000 });
    const outcomes = Array.from({ length: 5 }, () =>
      readPdf(extractor, HELLO).catch((error: unknown) => error),
    );
    expect(await outcomes[4]).toMatchObject({ code: "busy", status: 503, retryable: true });
    expect(openCount).toBe(1);
    await clock.tick(999);
    expect(openCount).toBe(1);
    await clock.tick(3_001);
    expect(await Promise.all(outcomes.slice(0, 4))).toMatchObject(Array(4).fill(unreadable("too_slow")));
    expect([openCount, clock.armedCount]).toEqual([4, 0]);
  });

  test("with any bytes of a PDF changed reads or refuses it", async () => {
    const extractor = open();
    const change = fc.tuple(fc.nat(HELLO.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const bytes = HELLO.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        await readPdf(extractor, bytes).catch((error: unknown) =>
          expect(error).toMatchObject({ code: "unreadable_file" }),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("a thread that fails costs one file", () => {
  test.each([
    ["throws", "self.onmessage = () => { throw new Error('secret'); }"],
    ["breaks a promise", "self.onmessage = () => { void Promise.reject(new Error('secret')); }"],
    ["ends itself", "self.onmessage = () => process.exit(3)"],
    ["overflows its stack", "const f = () => f() + 1; self.onmessage = f"],
    ["is no program", "self.onmessage = ("],
  ])("when it %s", async (_how, script) => {
    const crash = open({ openWorker: threadOf(script) });
    expect(await failureOf(readPdf(crash, HELLO))).toMatchObject(unreadable("crashed"));
  });

  test("when it hangs", async () => {
    const hung = open({ openWorker: threadOf("self.onmessage = () => { for (;;); }"), timeMaxMs: 200 });
    expect(await failureOf(readPdf(hung, HELLO))).toMatchObject(unreadable("too_slow"));
  });

  test("when it takes memory without end", async () => {
    const greed =
      "self.onmessage = () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); }";
    const hungry = open({ openWorker: threadOf(greed), memoryMaxBytes: 128 * MIB });
    const before = process.memoryUsage.rss();
    expect(await failureOf(readPdf(hungry, HELLO))).toMatchObject(unreadable("too_much_memory"));
    expect(process.memoryUsage.rss() - before).toBeLessThan(1_024 * MIB);
    expect(await readPdf(open(), HELLO)).toMatchObject({ text: "Olá" });
  });

  test("when a PDF of a few kilobytes unpacks to half a gigabyte", async () => {
    const once = deflated(new Uint8Array(512 * MIB).fill(32));
    const bomb = pdfOf({ pages: [deflated(once)], filter: "[/FlateDecode /FlateDecode]" });
    expect(bomb.length).toBeLessThan(20_000);
    const extractor = open({ memoryMaxBytes: 192 * MIB });
    expect(await failureOf(readPdf(extractor, bomb))).toMatchObject(unreadable("too_much_memory"));
  });

  test("when a PDF draws its forms ten times each, nine deep", async () => {
    const formAt = (next: number): Uint8Array =>
      streamOf(
        latin1("/X Do ".repeat(10)),
        `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${next} 0 R >> >>`,
      );
    const last = streamOf(
      linesOnPage(["lol"]),
      "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 3 0 R >> >>",
    );
    const bomb = pdfOf({
      pages: [latin1("/X Do")],
      objects: [...Array.from({ length: 9 }, (_, level) => formAt(FIRST_FREE + level + 1)), last],
      resources: `/XObject << /X ${FIRST_FREE} 0 R >>`,
    });
    expect(await failureOf(readPdf(open({ timeMaxMs: 700 }), bomb))).toMatchObject(unreadable("too_slow"));
  });
});

describe("whoever asked may end it", () => {
  const hang = threadOf("self.onmessage = () => { for (;;); }");

  test("by its signal, before and while it is read", async () => {
    const extractor = open({ openWorker: hang });
    const abort = new AbortController();
    const [first, second] = [
      readPdf(extractor, HELLO, abort.signal),
      readPdf(extractor, HELLO, abort.signal),
    ];
    const outcomes = Promise.allSettled([first, second]);
    abort.abort(new Error("gone"));
    expect(await outcomes).toMatchObject([{ reason: { message: "gone" } }, { reason: { message: "gone" } }]);
  });

  test("by stopping the extractor, twice if need be, and nothing is read after", async () => {
    const clock = new ManualClock();
    const extractor = open({ clock, openWorker: hang });
    const outcome = readPdf(extractor, HELLO).catch((error: unknown) => error);
    await extractor.stop();
    expect(await outcome).toMatchObject({ code: "stopping" });
    await extractor.stop();
    expect(await failureOf(readPdf(extractor, HELLO))).toMatchObject({ code: "stopping" });
    expect(clock.armedCount).toBe(0);
  });
});

describe("while a large file is read, the event loop is never held up", () => {
  const line = (index: number): string =>
    `Linha ${index}: o metro da instalação custa dez reais, com entrega em dois dias.`;
  const noise = (byteCount: number): Uint8Array => {
    let state = 1;
    return new Uint8Array(byteCount).map(() => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16);
  };
  const pages = Array.from({ length: 5_000 }, (_, page) =>
    linesOnPage(Array.from({ length: 48 }, (_, index) => line(page * 48 + index))),
  );
  const picture = { name: "word/media/1.png", content: noise(20_000_000), isStored: true };
  const body = Array.from({ length: 100_000 }, (_, index) => paragraph(line(index))).join("");

  test.each([
    ["a PDF of 20 MB", "pdf", pdfOf({ pages }), 2_000_000],
    ["a Word document of 20 MB", "docx", docxOf(body, [picture]), 2_000_000],
  ] as const)("%s", async (what, kind, bytes, characterCount) => {
    expect(bytes.length).toBeGreaterThan(20_000_000);
    const lateness = measureLateness();
    const { text } = await open().extractText(kind, bytes, EXTRACT_LIMITS, never);
    const { worstMs, tookMs } = lateness.end();
    process.stdout.write(
      `${what}: read in ${Math.round(tookMs)} ms, a 5 ms timer ${worstMs.toFixed(1)} ms late at worst\n`,
    );
    expect(text.length).toBeWithin(characterCount - 10, characterCount + 1);
    // On a machine that has no time for anybody all of it takes longer.
    expect(worstMs).toBeLessThan(Math.max(200, tookMs / 2));
  });
});

/** How late a timer of 5 ms comes at worst, until `end`. */
function measureLateness(): { end: () => { worstMs: number; tookMs: number } } {
  const clock = systemClock();
  const begunAt = clock.monotonic();
  let worstMs = 0;
  let dueAt = begunAt + 5;
  const arm = (): ReturnType<typeof clock.setTimer> =>
    clock.setTimer(5, () => {
      worstMs = Math.max(worstMs, clock.monotonic() - dueAt);
      dueAt = clock.monotonic() + 5;
      timer = arm();
    });
  let timer = arm();
  return {
    end() {
      timer.cancel();
      const endedAt = clock.monotonic();
      return { worstMs: Math.max(worstMs, endedAt - dueAt), tookMs: endedAt - begunAt };
    },
  };
}
