// A burst of everything: a text, two voice notes, a picture and a document, in one question.
import { expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import { CONVERSATION } from "../harness/app.ts";
import { filesLeft, openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { jpeg } from "../harness/pictures.ts";
import { ONE, promptLines, sha256, SILENCE_MS, TWO } from "../harness/voice.ts";
import { linesOnPage, pdfOf } from "../knowledge/files.ts";

const WORDS = new Map([
  [sha256(ONE), "queria saber o preço"],
  [sha256(TWO), "desse da foto"],
]);

test("a text, two voice notes, a picture and a PDF are one call of the model that holds all five in order", async () => {
  const pdf = pdfOf({ pages: [linesOnPage(["Pix de R$ 250,00"])] });
  const files = {
    "/1.ogg": [ONE],
    "/2.ogg": [null, TWO],
    "/3.jpg": [await jpeg(3_000, 2_000)],
    "/4.pdf": [pdf],
  };
  await using app = await openAttachmentApp(filesAt("chatwoot.test", files));
  app.ai.hearAs(({ sha256: hash }) => WORDS.get(hash) ?? "");
  const attach = (id: number, file_type: string, name: string) =>
    app.receive("", {
      attachments: [{ id, file_type, data_url: `http://chatwoot.test/${name}`, fallback_title: name }],
    });

  await app.receive("oi");
  await attach(1, "audio", "1.ogg");
  await attach(2, "audio", "2.ogg");
  await attach(3, "image", "3.jpg");
  await attach(4, "file", "4.pdf");
  await app.clock.tick(SILENCE_MS + 5_000);

  expect(app.ai.asked).toHaveLength(1);
  expect(promptLines(app)).toEqual([
    "[1] oi",
    "[2] (audio 1 of 2, transcript: queria saber o preço)",
    "[3] (audio 2 of 2, transcript: desse da foto)",
    expect.stringMatching(/^\[4\] \(image.*attached as picture 1\)$/),
    expect.stringMatching(/^\[5\] \(file "4\.pdf".*Pix de R\$ 250,00/),
  ]);
  expect(app.ai.asked[0]?.images).toHaveLength(1);
  expect(app.ai.heard).toHaveLength(2);
  expect(app.ai.turnedAway).toEqual([]);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
  expect(filesLeft(app)).toEqual([]);
});
