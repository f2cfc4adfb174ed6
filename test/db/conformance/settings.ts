// Connections, settings, the playground's messages: small things that outlive a restart.
import { expect, test } from "bun:test";
import type { PlaygroundRow } from "../../../src/db/store-settings.ts";
import { type OpenScene, START } from "../scene.ts";

export function settingsConformance(open: OpenScene): void {
  test("a connection is made once and keeps its key", async () => {
    await using scene = await open();
    expect(scene.here).not.toBe(scene.there);
    expect(await scene.second.ensureConnection("here", START + 1)).toBe(scene.here);
    expect(await scene.first.ensureConnection("third", START)).not.toBe(scene.here);
  });

  test("a setting is what was saved last, seen through every handle", async () => {
    await using scene = await open();
    expect(await scene.first.setting("color")).toBeNull();
    await scene.first.saveSetting("color", "red", START);
    await scene.second.saveSetting("color", "blue", START);
    await scene.second.saveSetting("other", "", START);
    expect(await scene.first.setting("color")).toBe("blue");
    expect(await scene.first.setting("other")).toBe("");
  });

  test("playground messages keep their order and what they carry", async () => {
    await using scene = await open();
    const said: Omit<PlaygroundRow, "id">[] = [
      {
        writer: "customer",
        text: "oi",
        isPrivate: false,
        contentAttributes: {},
        sample: "order.pdf",
        createdAt: START,
      },
      {
        writer: "bot",
        text: "olá",
        isPrivate: false,
        contentAttributes: { a: [1] },
        sample: null,
        createdAt: START + 1,
      },
      {
        writer: "human",
        text: "note",
        isPrivate: true,
        contentAttributes: {},
        sample: null,
        createdAt: START + 2,
      },
    ];
    const ids: number[] = [];
    for (const message of said) ids.push(await scene.first.addPlaygroundMessage(message));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    const rows = said.map((message, index) => ({ id: ids[index] ?? 0, ...message }));
    expect(await scene.second.playgroundMessages(0, 10)).toEqual(rows);
    expect(await scene.second.playgroundMessages(0, 2)).toEqual(rows.slice(0, 2));
    expect(await scene.second.playgroundMessages(ids[0] ?? 0, 10)).toEqual(rows.slice(1));
    expect(await scene.second.latestPlaygroundMessages(2)).toEqual(rows.slice(1));
  });

  test("a store that can write says so", async () => {
    await using scene = await open();
    await scene.first.ping(START);
    await scene.second.ping(START);
    expect((await scene.first.sizes()).databaseBytes).toBeGreaterThanOrEqual(0);
  });
}
