// Names of objects: whatever they are made of, each is one object, and none is a way out of its bucket.
import { expect, test } from "bun:test";
import {
  BUCKET,
  contentOf,
  failureOf,
  openWithBucket,
  type OpenScene,
  patient,
  readText,
  refused,
} from "../scene.ts";

const HOSTILE = [
  "../../../etc/passwd",
  "a/../b",
  "a/./b",
  "/etc/passwd",
  "//double//slash/",
  "C:\\Windows\\system32",
  "..\\up",
  "%2e%2e%2f",
  "a?b=c#d&alt=media",
  "a b+c%20d",
  "bucket.json",
  "object.json",
  "data",
  ".staging",
  "CON",
  "~",
  "'; DROP TABLE objects; --",
  "[*]?",
  "Ação ☀ 😀",
  "x".repeat(1024),
  "é".repeat(512),
  `${"a/".repeat(511)}ab`,
];

export function nameConformance(open: OpenScene): void {
  test("each hostile name is an object like any other", async () => {
    await using scene = await openWithBucket(open);
    for (const name of HOSTILE)
      expect(await scene.store.put(BUCKET, name, contentOf(name), patient)).toBe("stored");
    for (const name of HOSTILE) expect(await readText(scene.second, name)).toBe(name);
    const { objects } = await scene.second.list(BUCKET, "", null, 1000, patient);
    expect(objects.map(({ name }) => name).toSorted()).toEqual(HOSTILE.toSorted());
    for (const name of HOSTILE) expect(await scene.store.remove(BUCKET, name, patient)).toBe(true);
    expect((await scene.store.list(BUCKET, "", null, 1000, patient)).objects).toEqual([]);
  });

  test("names that a file system may take for one are several objects", async () => {
    await using scene = await openWithBucket(open);
    // Upper and lower case, and one letter written in two ways.
    const names = [
      "note",
      "NOTE",
      "Note",
      "caf\u00e9",
      "cafe\u0301",
      "stra\u00dfe",
      "strasse",
      "a",
      "a/",
      "a//",
    ];
    for (const name of names)
      expect(await scene.store.put(BUCKET, name, contentOf(name), patient)).toBe("stored");
    for (const name of names) expect(await readText(scene.store, name)).toBe(name);
  });

  test.each([
    ["none", ""],
    ["one dot", "."],
    ["two dots", ".."],
    ["a NUL", "a\u0000b"],
    ["a line feed", "a\nb"],
    ["a carriage return", "a\rb"],
    ["an escape", "a\u001bb"],
    ["half a character", "a\ud800b"],
    ["over 1,024 bytes", "x".repeat(1025)],
    ["over 1,024 bytes in few characters", "é".repeat(513)],
    ["one that Google uses itself", ".well-known/acme-challenge/x"],
  ])("a name is refused by every method: %s", async (_, name) => {
    await using scene = await openWithBucket(open);
    const { store } = scene;
    const bad = refused("bad_name");
    expect(await failureOf(store.put(BUCKET, name, contentOf("x"), patient))).toEqual(bad);
    expect(await failureOf(store.read(BUCKET, name, null, patient))).toEqual(bad);
    expect(await failureOf(store.info(BUCKET, name, patient))).toEqual(bad);
    expect(await failureOf(store.remove(BUCKET, name, patient))).toEqual(bad);
  });
}
