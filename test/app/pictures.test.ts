// Pictures that customers send, from Chatwoot's file to the model that sees them: real bytes, a real SDK.
import { describe, expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import type { TestApp, TestAppOptions } from "../harness/app.ts";
import { filesLeft, openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { gif, jpeg, png, pngWith, webp } from "../harness/pictures.ts";

const SILENCE_MS = 30_010;
const BLIND = { hasModel: false, env: { GROQ_API_KEY: "sk-test-0123456789abcdef" } };

test("a picture is shown to a model that sees, small enough and as a JPEG, beside the words for it", async () => {
  await using app = await openPictureApp({ "/1.jpg": [await jpeg(4_000, 3_000)] });
  await show(app, "1.jpg", "é esse aqui?");
  await app.clock.tick(SILENCE_MS);
  expect(app.ai.turnedAway).toEqual([]);
  expect(app.ai.asked).toHaveLength(1);
  expect(told(app)).toEqual(["[1] é esse aqui? (image, attached as picture 1)"]);
  expect(shown(app)).toEqual([[1_024, 768]]);
  expect(app.ai.asked[0]?.images?.[0]?.contentType).toBe("image/jpeg");
  expect(filesLeft(app)).toEqual([]);
});

test("pictures of several messages stand in their order, each named by its place", async () => {
  const files = { "/1.png": [png(20, 10)], "/2.webp": [null, await webp(40, 10)], "/3.gif": [gif()] };
  await using app = await openPictureApp(files);
  for (const name of ["1.png", "2.webp", "3.gif"]) await show(app, name, name);
  await app.clock.tick(SILENCE_MS + 2_000);
  expect(told(app)).toEqual([
    "[1] 1.png (image 1 of 3, attached as picture 1)",
    "[2] 2.webp (image 2 of 3, attached as picture 2)",
    "[3] 3.gif (image 3 of 3, attached as picture 3)",
  ]);
  expect(shown(app)).toEqual([
    [20, 10],
    [40, 10],
    [1, 1],
  ]);
});

test("a model that cannot see is told of a picture, and none is fetched for it", async () => {
  const files = filesAt("chatwoot.test", { "/1.jpg": [await jpeg(20, 10)] });
  await using app = await openAttachmentApp(files, BLIND);
  await show(app, "1.jpg", "é esse aqui?");
  await app.clock.tick(SILENCE_MS);
  expect(told(app)).toEqual(["[1] é esse aqui? (image could not be read: nobody can do that here now)"]);
  expect(app.ai.asked[0]).toMatchObject({ provider: "groq" });
  expect(app.ai.asked[0]).not.toHaveProperty("images");
});

test("the one behind a model that sees, which cannot, is asked without the picture", async () => {
  await using app = await openPictureApp(
    { "/1.jpg": [await jpeg(20, 10)] },
    { env: { GROQ_API_KEY: "sk-test-0123456789abcdef", AI_PROVIDER_ORDER: "openai,groq" } },
  );
  app.ai.failNext("server_error");
  await show(app, "1.jpg");
  await app.clock.tick(SILENCE_MS);
  const last = app.ai.asked.at(-1);
  expect(last).toMatchObject({ provider: "groq", outcome: "answered" });
  expect(told(app)).toEqual(["[1] (image, which could not be read)"]);
});

describe("what is no picture, or too much of one, is named and never shown:", () => {
  const BOMB = pngWith(60_000, 60_000, new Uint8Array(16));
  const WIDE = png(4_000, 2_500);
  const svg = new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
  );
  const html = new TextEncoder().encode("<!doctype html><p>oi</p>");
  const program = Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0, 0]);
  test.each<[what: string, bytes: Uint8Array, why: string]>([
    ["a drawing that can run scripts", svg, "it is of a kind that cannot be read"],
    ["a page", html, "it is of a kind that cannot be read"],
    ["a program", program, "it is of a kind that cannot be read"],
    ["a picture that says to be of 3,600 megapixels", BOMB, "it is too long or too large"],
    ["a PNG of 10 megapixels", WIDE, "it is too long or too large"],
    ["half a picture", png(200, 100).subarray(0, 120), "it is broken, or there is nothing in it"],
    ["a file over 10 MiB", new Uint8Array(10 * 1024 * 1024 + 1), "it is too long or too large"],
  ])("%s", async (_what, bytes, why) => {
    await using app = await openPictureApp({ "/photo.jpg": [bytes] });
    await show(app, "photo.jpg", "veja");
    await app.clock.tick(SILENCE_MS);
    expect(told(app)).toEqual([`[1] veja (image could not be read: ${why})`]);
    expect(app.ai.asked[0]).not.toHaveProperty("images");
    expect(app.events.filter(({ name }) => name === "attachment.unread")).toHaveLength(1);
    expect(app.chatwoot.sent(458)).toHaveLength(1);
    expect(filesLeft(app)).toEqual([]);
  });

  test("one that never comes", async () => {
    await using app = await openPictureApp({});
    await show(app, "1.jpg", "veja");
    await app.clock.tick(SILENCE_MS + 20_000);
    expect(told(app)).toEqual(["[1] veja (image could not be read: it could not be had in time)"]);
  });
});

test("of more pictures than a turn may have the first five are shown, the others named", async () => {
  const names = [1, 2, 3, 4, 5, 6, 7].map((place) => `${place}.png`);
  await using app = await openPictureApp(
    Object.fromEntries(names.map((name, index) => [`/${name}`, [png(10 + index, 10)]])),
  );
  await app.receive("", { attachments: names.map(attachment) });
  await app.clock.tick(SILENCE_MS);
  expect(shown(app).map(([width]) => width)).toEqual([10, 11, 12, 13, 14]);
  expect(told(app)[0]).toContain("(image 5 of 7, attached as picture 5)");
  expect(told(app)[0]).toContain("(image 6 of 7 could not be read: there is too much to read at once)");
});

test("a turn that ends with the process while its picture is awaited is taken up again, and shows it", async () => {
  const files = filesAt("chatwoot.test", { "/1.jpg": [await jpeg(20, 10)] });
  files.missing.add("/1.jpg");
  await using app = await openAttachmentApp(files);
  await show(app, "1.jpg");
  await app.clock.tick(SILENCE_MS);
  expect(files.asked).toContain("/1.jpg");
  await app.crash();
  files.missing.delete("/1.jpg");
  await app.start();
  await app.clock.tick(SILENCE_MS);
  expect(app.ai.asked).toHaveLength(1);
  expect(shown(app)).toEqual([[20, 10]]);
  expect(filesLeft(app)).toEqual([]);
});

test("a sticker is called one, and shown", async () => {
  await using app = await openPictureApp({ "/1.webp": [await webp(512, 512)] });
  await app.receive("", { attachments: [{ ...attachment("1.webp"), content_type: "image/webp" }] });
  await app.clock.tick(SILENCE_MS);
  expect(told(app)).toEqual(["[1] (sticker, attached as picture 1)"]);
  expect(shown(app)).toEqual([[512, 512]]);
});

function openPictureApp(
  files: Record<string, (Uint8Array | null)[]>,
  options: TestAppOptions = {},
): Promise<TestApp> {
  return openAttachmentApp(filesAt("chatwoot.test", files), options);
}

function show(app: TestApp, name: string, text = "") {
  return app.receive(text, { attachments: [attachment(name)] });
}

function attachment(name: string, index = 0) {
  return { id: index + 1, file_type: "image", data_url: `http://chatwoot.test/${name}` };
}

function told(app: TestApp): string[] {
  return (app.ai.asked.at(-1)?.prompt ?? "").split("\n").filter((line) => /^\[\d+\] /.test(line));
}

/** Width and height of what the last question held. */
function shown(app: TestApp): number[][] {
  return (app.ai.asked.at(-1)?.images ?? []).map(({ width, height }) => [width, height]);
}
