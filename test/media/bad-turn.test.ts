// In a process of its own: one turn of a text and all that is bad at once. Every limit holds, and the text is answered.
import { expect, test } from "bun:test";
import { type Answer, endless, file, head, MediaDouble, raw } from "../doubles/media.ts";
import { packedZeros } from "./bomb.ts";
import { type Sent, turnInChild } from "./turn.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 300 * MIB;
const GROWTH_MAX_BYTES = 64 * MIB;
const LIMIT_MS = 120_000;
const PROGRAM = Buffer.from("MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "latin1");
const SVG = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`);
const PIECE = Buffer.alloc(64 * 1024, 7);

const TOO_LARGE = "it is too long or too large";
const WRONG_KIND = "it is of a kind that cannot be read";
const NEVER_CAME = "it could not be had in time";

test(
  "a gzip bomb, endless bodies, lying lengths, an SVG and a program are named in a turn that goes on, in 64 MiB",
  async () => {
    const bomb = file(await packedZeros(BOMB_BYTES), { "content-encoding": "gzip" });
    const bad: [Sent["kind"], Answer, words: string][] = [
      ["file", bomb, `(file 1 of 3 "0.bin" could not be read: ${TOO_LARGE})`],
      ["image", bomb, `(image 1 of 4 could not be read: ${TOO_LARGE})`],
      ["audio", bomb, `(audio 1 of 2 could not be read: ${TOO_LARGE})`],
      ["audio", endless(head(200), PIECE), `(audio 2 of 2 could not be read: ${TOO_LARGE})`],
      ["file", endless(head(200), PIECE), `(file 2 of 3 "4.bin" could not be read: ${TOO_LARGE})`],
      [
        "image",
        raw(head(200, { "content-length": "10000000000" })),
        `(image 2 of 4 could not be read: ${TOO_LARGE})`,
      ],
      [
        "file",
        raw(head(200, { "content-length": "1000" }), "short"),
        `(file 3 of 3 "6.bin" could not be read: ${NEVER_CAME})`,
      ],
      [
        "image",
        file(SVG, { "content-type": "image/svg+xml" }),
        `(image 3 of 4 could not be read: ${WRONG_KIND})`,
      ],
      [
        "image",
        file(PROGRAM, { "content-type": "image/jpeg" }),
        `(image 4 of 4 could not be read: ${WRONG_KIND})`,
      ],
    ];
    await using server = await MediaDouble.open();
    const sent = bad.map(([kind, answer], index) => {
      const path = `/${index}.bin`;
      server.on(path, answer);
      return { kind, path };
    });
    const told = await turnInChild(server.port, sent);
    console.log(`a turn of all that is bad: ${(told.growthBytes / MIB).toFixed(1)} MiB more`);
    expect(told.lines).toEqual(["[1] oi", ...bad.map(([, , words], index) => `[${index + 2}] ${words}`)]);
    expect(told).toMatchObject({ askedCount: 2, answerCount: 2, filesLeft: [] });
    expect(told.growthBytes).toBeLessThan(GROWTH_MAX_BYTES);
  },
  LIMIT_MS,
);
