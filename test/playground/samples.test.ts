// The playground's own files: told of as Chatwoot does, fetched by a network of their own, and by nobody else's way.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { AppError } from "../../src/errors.ts";
import { openDownloads } from "../../src/media/downloads.ts";
import type { Network } from "../../src/media/network.ts";
import { SAMPLE_NAMES } from "../../src/playground/state.ts";
import { sampleAttachment, STAGE_ORIGIN, withSamples } from "../../src/playground/samples.ts";
import { apiCall, CONVERSATION, openStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "lull-samples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const TYPES = { "voice-note.ogg": "audio/ogg", "picture.jpg": "image/jpeg", "order.pdf": "application/pdf" };

/** A network that tells what it was asked and gives nothing. */
function openOutside() {
  const asked: string[] = [];
  const refuse = (what: string) => {
    asked.push(what);
    return Promise.reject(new Error("nothing is there"));
  };
  const network: Network = { lookup: refuse, connect: ({ address }) => refuse(address) };
  const { clock } = openStage();
  const downloads = withSamples(openDownloads({ clock, network, mediaHosts: [] }), clock);
  const fetchIt = (url: string, connectionOrigin: string) =>
    downloads.download({ url, connectionOrigin, into: join(folder, "file"), bytesMax: 1_000_000 }, never);
  const codeOf = (url: string, connectionOrigin: string): Promise<string> =>
    fetchIt(url, connectionOrigin).then(
      () => "fetched",
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  return { asked, fetchIt, codeOf };
}

test.each([...SAMPLE_NAMES])(
  "the stage's %s is what it says, and no network is asked for it",
  async (name) => {
    const { asked, fetchIt } = openOutside();
    const attachment = sampleAttachment(name, { messageId: 7, accountId: 1 });
    const file = await fetchIt(String(attachment["data_url"]), STAGE_ORIGIN);
    expect(file).toMatchObject({ contentType: TYPES[name], sizeBytes: Number(attachment["file_size"]) });
    expect(asked).toEqual([]);
  },
);

describe("the guard stands as it stood", () => {
  test("what the stage does not have is not there", async () => {
    const { asked, codeOf } = openOutside();
    for (const path of ["/files/", "/files/other.ogg", "/files/../schema.sql", "/etc/passwd"])
      expect(await codeOf(STAGE_ORIGIN + path, STAGE_ORIGIN)).toMatch(/^media_/);
    expect(asked).toEqual([]);
  });

  test("the stage reaches no other host, and no other connection the stage", async () => {
    const { asked, codeOf } = openOutside();
    const elsewhere = "http://chatwoot.example/files/order.pdf";
    expect(await codeOf(elsewhere, STAGE_ORIGIN)).toBe("media_refused");
    expect(await codeOf(`${STAGE_ORIGIN}/files/order.pdf`, "http://chatwoot.example")).toBe("media_refused");
    expect(asked).toEqual([]);
    expect(await codeOf(elsewhere, "http://chatwoot.example")).toBe("media_unavailable");
    expect(asked).toEqual(["chatwoot.example"]);
  });
});

test("a file comes by a signed webhook as a message without a text, and stands in the list with it", async () => {
  const { playground, webhooks, chatwoot } = openStage();
  await playground.attach("voice-note.ogg");
  const attachments = [sampleAttachment("voice-note.ogg", { messageId: 1, accountId: 1 })];
  expect(webhooks[0]?.body).toMatchObject({ content: null, attachments, message_type: "incoming" });
  expect(attachments[0]).toMatchObject({ file_type: "audio", transcribed_text: "" });
  expect((await playground.state()).messages).toMatchObject([{ from: "customer", sample: "voice-note.ogg" }]);
  const list = (await (await chatwoot.handle(apiCall(`${CONVERSATION}/messages`))).json()) as {
    payload: unknown[];
  };
  expect(list.payload).toMatchObject([{ content: null, attachments }]);
});
