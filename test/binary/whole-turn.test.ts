// Everything a customer can send, read by the executable itself: its own decoder of pictures, its own thread for documents,
// its own multipart to the model that hears. And what colleagues find of it in Chatwoot.
import { afterAll, expect, test } from "bun:test";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";
import { endOutside, openOutside } from "../harness/outside.ts";
import { jpeg } from "../harness/pictures.ts";
import { oggOpus } from "../harness/sounds.ts";
import { sha256 } from "../harness/voice.ts";
import { linesOnPage, pdfOf } from "../knowledge/files.ts";

binary();
afterAll(async () => {
  await endDaemons();
  await endOutside();
});

const ONE = oggOpus(7, 1);
const TWO = oggOpus(12, 2);
const CONVERSATION = 458;

test("a text, two voice notes, a picture and a PDF are one question of the executable, the second note missing at first", async () => {
  const outside = await openOutside();
  outside.ai.hearAs((heard) =>
    heard.sha256 === sha256(ONE) ? "queria saber o preço" : "e se vocês entregam",
  );
  const daemon = await startDaemon({ env: { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "1000" } });
  outside.lead(daemon.address);
  const files = [
    outside.attach({ bytes: ONE, contentType: "audio/ogg", isElsewhere: true }),
    outside.attach({ bytes: TWO, contentType: "audio/ogg", missingCount: 1 }),
    outside.attach({ bytes: await jpeg(2_000, 1_500), contentType: "image/jpeg" }),
    outside.attach({
      bytes: pdfOf({ pages: [linesOnPage(["Pix de R$ 250,00"])] }),
      contentType: "application/pdf",
    }),
  ];
  const kinds = ["audio", "audio", "image", "file"];
  await outside.say(CONVERSATION, "oi, tudo bem?");
  for (const [index, file] of files.entries())
    await outside.say(CONVERSATION, "", { attachments: [{ ...file, file_type: kinds[index] }] });
  await daemon.waitFor("delivery.sent");
  await daemon.waitFor("errand.done");

  const [asked, ...others] = outside.ai.asked;
  expect(others).toEqual([]);
  expect(asked?.prompt.split("\n").slice(1)).toEqual([
    "[1] oi, tudo bem?",
    "[2] (audio 1 of 2, transcript: queria saber o preço)",
    "[3] (audio 2 of 2, transcript: e se vocês entregam)",
    "[4] (image, attached as picture 1)",
    expect.stringContaining('its text as JSON: "Pix de R$ 250,00"'),
  ]);
  expect(asked?.images).toMatchObject([{ contentType: "image/jpeg", width: 1_024, height: 768 }]);
  expect(outside.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(outside.chatwoot.violations).toEqual([]);
  expect(daemon.stderr).not.toContain("preço");
  expect(await daemon.stop()).toBe(0);
});

test("a customer who asks for a person gets one: told, opened, labelled, noted, and lull is quiet over a restart", async () => {
  const outside = await openOutside();
  const env = { ...outside.env, MESSAGE_BUFFER_DURATION_MS: "300" };
  const daemon = await startDaemon({ env });
  outside.lead(daemon.address);
  await outside.say(CONVERSATION, "quero falar com um atendente, por favor");
  await daemon.waitFor("errand.done");
  expect(outside.chatwoot.sent(CONVERSATION)).toEqual(["Vou chamar uma pessoa. Um momento."]);
  expect(outside.chatwoot.room(CONVERSATION)).toMatchObject({ status: "open", labels: ["bot-handoff"] });
  await daemon.kill();

  const next = await startDaemon({ env, dataDir: daemon.dataDir });
  outside.lead(next.address);
  await outside.say(CONVERSATION, "alguém aí?");
  await next.waitFor("turn.silenced", ({ reason }) => reason === "handed_off");
  expect(outside.ai.asked).toEqual([]);
  expect(outside.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  expect(await next.stop()).toBe(0);
});
