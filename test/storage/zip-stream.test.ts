// Archives are unpacked on somebody's machine: whatever an object is called, it stays in the folder it is unpacked to.
import { expect, test } from "bun:test";
import { listZip } from "../../src/knowledge/zip.ts";
import { zipOf } from "../../src/storage/zip-stream.ts";

async function namesIn(...names: string[]): Promise<string[]> {
  async function* files() {
    for (const name of names) yield { name, modifiedAt: 0, bytes: new Uint8Array([1]) };
  }
  const bytes = await new Response(zipOf(files())).bytes();
  return (listZip(bytes) ?? []).map(({ name }) => name);
}

test("a name that would leave the folder does not", async () => {
  expect(await namesIn("../../etc/passwd", "/etc/shadow", "a/../../b", "..\\c.txt", "./d")).toEqual([
    "__/__/etc/passwd",
    "etc/shadow",
    "a/__/__/b",
    "__/c.txt",
    "_/d",
  ]);
});

test("any other name stays as it is", async () => {
  const names = ["audio/2026/voz.ogg", "..b/c..", "água.txt"];
  expect(await namesIn(...names)).toEqual(names);
});
