import { describe, expect, test } from "bun:test";
import { cycles, layerBreaks, misplacedFiles, packageBreaks } from "./structure/layers.ts";
import { readImports, readSource } from "./structure/source.ts";

const source = await readSource("src");
const imports = readImports(source);

/** SQL as it would stand in a string: the rows are the business of one folder. */
const SQL =
  /\b(SELECT\b[\s\S]{1,400}?\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA|BEGIN EXCLUSIVE)\b/;
const withSql = (files: Iterable<[string, string]>): string[] =>
  [...files].filter(([file, text]) => SQL.test(text) && !file.startsWith("db/")).map(([file]) => file);

describe("the source", () => {
  test("is read: files, their imports and their packages", () => {
    expect(source.size).toBeGreaterThan(80);
    expect(imports.filter(({ isPackage }) => !isPackage).length).toBeGreaterThan(200);
    expect(imports.filter(({ isTypeOnly }) => isTypeOnly).length).toBeGreaterThan(50);
    expect(imports).toContainEqual({
      from: "main.ts",
      to: "cli/run.ts",
      isPackage: false,
      isTypeOnly: false,
    });
  });

  test("has a layer for every file, and no layer names a file that is gone", () => {
    expect(misplacedFiles([...source.keys()])).toEqual([]);
  });

  test("imports its own layer or a lower one, and adapters in app.ts alone", () => {
    expect(layerBreaks(imports)).toEqual([]);
  });

  test("knows each package in one place", () => {
    expect(packageBreaks(imports)).toEqual([]);
  });

  test("has no circles of imports", () => {
    expect(cycles(imports)).toEqual([]);
  });

  test("has its SQL in src/db alone", () => {
    expect(withSql(source)).toEqual([]);
    expect([...source].filter(([, text]) => SQL.test(text)).length).toBeGreaterThan(8);
  });
});

describe("the rules notice", () => {
  const importsOf = (files: Record<string, string>) => readImports(new Map(Object.entries(files)));

  test("a file without a layer", () => {
    expect(misplacedFiles([...source.keys(), "turn/brand-new.ts"])).toEqual([
      "turn/brand-new.ts belongs to no layer",
    ]);
    expect(misplacedFiles([...source.keys()].filter((file) => file !== "loop.ts"))).toEqual([
      "loop.ts is in a layer but gone",
    ]);
  });

  test.each([
    ["a service that imports a route", "upkeep/flags.ts", `import { accept } from "../routes/answers.ts";`],
    [
      "a service that imports a route's type",
      "turn/worker.ts",
      `import type { Server } from "../routes/server.ts";`,
    ],
    ["a rule that imports a service", "turn/gate.ts", `import { Relay } from "../delivery/relay.ts";`],
    ["a rule that imports an interface", "buffer/window.ts", `import type { Store } from "../db/store.ts";`],
    ["an interface that imports an adapter", "db/store.ts", `import { receiveOne } from "./intake.ts";`],
    ["the base that imports a rule", "config.ts", `import { dueAt } from "./buffer/window.ts";`],
    ["a route that imports the app", "routes/server.ts", `import { openApp } from "../app.ts";`],
    ["a verb that imports the app", "cli/serve.ts", `import { openApp } from "../app.ts";`],
    ["an import on several lines", "turn/gate.ts", `import {\n  a,\n  b,\n} from "../turn/worker.ts";`],
    ["an export from above", "turn/gate.ts", `export { a } from "../turn/worker.ts";`],
    ["an import when it is called", "turn/gate.ts", `const load = () => import("../turn/worker.ts");`],
    ["an import for its effect", "turn/gate.ts", `import "../turn/worker.ts";`],
  ])("%s", (_, file, text) => {
    expect(layerBreaks(importsOf({ [file]: text }))).toHaveLength(1);
  });

  test.each([
    [
      "a service that opens its own database",
      "buffer/buffer.ts",
      `import { openSqliteStore } from "../db/sqlite.ts";`,
    ],
    ["a route that reads a table", "routes/admin.ts", `import { turnTable } from "../db/turns.ts";`],
    ["a service that names a vendor's model", "ai/chain.ts", `import { openGroqModel } from "./groq.ts";`],
    [
      "an adapter that uses another",
      "db/sqlite.ts",
      `import { openChatwootClient } from "../chatwoot/client.ts";`,
    ],
  ])("%s", (_, file, text) => {
    expect(layerBreaks(importsOf({ [file]: text }))).toEqual([
      expect.stringContaining("imports the adapter"),
    ]);
  });

  test("nothing wrong in app.ts opening adapters and an adapter using its siblings", () => {
    const files = {
      "app.ts": `import { openSqliteStore } from "./db/sqlite.ts";`,
      "db/sqlite.ts": `import { openTables } from "./tables.ts";`,
      "turn/worker.ts": `import type { TurnStore } from "../db/store.ts"; // import { x } from "../app.ts"`,
    };
    expect(layerBreaks(importsOf(files))).toEqual([]);
  });

  test.each([
    ["buffer/buffer.ts", `import { Database } from "bun:sqlite";`],
    ["turn/worker.ts", `import type { Database } from "bun:sqlite";`],
    ["app.ts", `import { Elysia } from "elysia";`],
    ["ai/groq.ts", `import OpenAI from "openai";`],
    ["ai/openai.ts", `import { toFile } from "groq-sdk/uploads";`],
    ["main.ts", `import { getLogger } from "@logtape/logtape";`],
    ["turn/worker.ts", `import { Counter } from "prom-client";`],
    ["main.ts", `import { Command } from "commander";`],
    ["chatwoot/body.ts", `import { jsonrepair } from "jsonrepair";`],
    ["chatwoot/facts.ts", `import { TypeCompiler } from "@sinclair/typebox/compiler";`],
    ["loop.ts", `import leftPad from "left-pad";`],
  ])("a package where it does not belong: %s with %s", (file, text) => {
    expect(packageBreaks(importsOf({ [file]: text }))).toHaveLength(1);
  });

  test("circles: of two files, of three, of a file with itself, and by types between folders", () => {
    const from = (path: string): string => `import { x } from "${path}";`;
    expect(cycles(importsOf({ "a.ts": from("./b.ts"), "b.ts": from("./a.ts") }))).toEqual([
      "a.ts → b.ts → a.ts",
    ]);
    const three = { "a.ts": from("./b.ts"), "b.ts": from("./c.ts"), "c.ts": from("./a.ts") };
    expect(cycles(importsOf(three))).toEqual(["a.ts → b.ts → c.ts → a.ts"]);
    expect(cycles(importsOf({ "a.ts": from("./a.ts") }))).toEqual(["a.ts → a.ts"]);
    const byType = { "one/a.ts": from("../two/b.ts"), "two/b.ts": `import type { x } from "../one/a.ts";` };
    expect(cycles(importsOf(byType))).toEqual(["one/a.ts → two/b.ts → one/a.ts"]);
    const inFolder = { "one/a.ts": from("./b.ts"), "one/b.ts": `import { type x } from "./a.ts";` };
    expect(cycles(importsOf(inFolder))).toEqual([]);
  });

  test("SQL outside its folder", () => {
    const files: [string, string][] = [
      ["routes/admin.ts", "db.query(`SELECT id\n FROM outbox`)"],
      ["turn/worker.ts", `db.run("DELETE FROM outbox")`],
      ["db/outbox.ts", `db.run("DELETE FROM outbox")`],
    ];
    expect(withSql(files)).toEqual(["routes/admin.ts", "turn/worker.ts"]);
  });
});
