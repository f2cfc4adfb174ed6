// In a process of its own: what a download takes of its memory, and what is left when it is killed.
import { expect, test } from "bun:test";
import { endless, file, head, stalled } from "../doubles/media.ts";
import { packedZeros } from "./bomb.ts";
import { downloadInChild, startChild } from "./child.ts";
import { type MediaScene, openMediaScene, until } from "./scene.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 300 * MIB;
const BYTES_MAX = 25 * MIB;
const GROWTH_MAX_BYTES = 64 * MIB;
const LIMIT_MS = 60_000;
const PATH = "/file";

const bomb = await packedZeros(BOMB_BYTES);

test.each([
  [
    "a bomb of 300 MiB in some hundred kilobytes",
    file(bomb, { "content-encoding": "gzip" }),
    BYTES_MAX,
    "media_refused too_large",
  ],
  ["a bomb that is let in", file(bomb, { "content-encoding": "gzip" }), BOMB_BYTES, "done"],
  [
    "a body that never ends",
    endless("HTTP/1.0 200 OK\r\n\r\n", Buffer.alloc(65_536)),
    BYTES_MAX,
    "media_refused too_large",
  ],
  [
    "a head that never ends",
    endless("HTTP/1.1 200 OK\r\n", Buffer.from(`x: ${"a".repeat(1_000)}\r\n`)),
    BYTES_MAX,
    "media_unavailable connection",
  ],
])(
  "%s takes no more than 64 MiB",
  async (name, answer, bytesMax, outcome) => {
    await using scene = await openMediaScene();
    scene.server.on(PATH, answer);
    const told = await downloadInChild(orderFor(scene, bytesMax));
    console.log(`${name}: ${(told.growthBytes / MIB).toFixed(1)} MiB more`);
    expect(told.outcome).toBe(outcome);
    expect(told.growthBytes).toBeLessThan(GROWTH_MAX_BYTES);
    expect(scene.names()).toEqual(outcome === "done" ? ["file"] : []);
  },
  LIMIT_MS,
);

test(
  "a process that is killed leaves half a file under a name of its own, and the next one is none the worse",
  async () => {
    await using scene = await openMediaScene();
    scene.server.on(
      PATH,
      stalled(head(200, { "content-length": "100" }), "half"),
      file(Buffer.from("whole")),
    );
    const child = startChild(orderFor(scene, BYTES_MAX));
    await until(() => scene.names().includes("file.part") && scene.read("file.part").length > 0);
    child.kill("SIGKILL");
    await child.exited;
    expect(scene.names()).toEqual(["file.part"]);
    expect((await downloadInChild(orderFor(scene, BYTES_MAX))).outcome).toBe("done");
    expect(scene.names()).toEqual(["file"]);
    expect(scene.read().toString()).toBe("whole");
  },
  LIMIT_MS,
);

function orderFor(scene: MediaScene, bytesMax: number) {
  const url = `${scene.origin}${PATH}`;
  return { url, connectionOrigin: scene.origin, into: scene.path(), bytesMax, authorities: null };
}
