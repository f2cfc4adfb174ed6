// The whole of a burst in one question: a text, two voice notes, a picture and a document, by real bytes of each, in order.
import { expect, test } from "bun:test";
import { filesAt } from "../doubles/files-network.ts";
import { CONVERSATION } from "../harness/app.ts";
import { openAttachmentApp, filesLeft } from "../harness/attachments-in-sight.ts";
import { jpeg } from "../harness/pictures.ts";
import { oggOpus } from "../harness/sounds.ts";
import { promptLines, sha256 } from "../harness/voice.ts";
import { linesOnPage, pdfOf } from "../knowledge/files.ts";

const SILENCE_MS = 30_010;
const STEP_MS = 2_000;
/** After which a file that was missing is asked for again. */
const RETRY_MS = 1_000;

const ONE = oggOpus(7, 1);
const TWO = oggOpus(12, 2);
const PDF = pdfOf({ pages: [linesOnPage(["Pix de R$ 250,00", "para Maria"])] });

test("a text, two voice notes, a picture and a PDF become one question with all five in order, though the second note's file was missing at first", async () => {
  const files = filesAt("chatwoot.test", {
    "/1.ogg": [ONE],
    "/2.ogg": [TWO],
    "/foto.jpg": [await jpeg(2_000, 1_500)],
    "/comprovante.pdf": [PDF],
  });
  files.missing.add("/2.ogg");
  await using app = await openAttachmentApp(files);
  app.ai.hearAs((heard) => (heard.sha256 === sha256(ONE) ? "queria saber o preço" : "e se vocês entregam"));
  const send = async (text: string, file_type: string, name: string): Promise<void> => {
    const data_url = `http://chatwoot.test/${name}`;
    await app.receive(text, { attachments: [{ id: 1, file_type, data_url }] });
    await app.clock.tick(STEP_MS);
  };
  await app.receive("oi, tudo bem?");
  await app.clock.tick(STEP_MS);
  await send("", "audio", "1.ogg");
  await send("", "audio", "2.ogg");
  await send("é esse aqui", "image", "foto.jpg");
  await send("", "file", "comprovante.pdf");
  await app.clock.tick(SILENCE_MS);
  expect(app.ai.asked).toEqual([]);
  files.missing.delete("/2.ogg");
  await app.clock.tick(RETRY_MS);

  expect(app.ai.turnedAway).toEqual([]);
  expect(app.ai.asked).toHaveLength(1);
  expect(promptLines(app)).toEqual([
    "[1] oi, tudo bem?",
    "[2] (audio 1 of 2, transcript: queria saber o preço)",
    "[3] (audio 2 of 2, transcript: e se vocês entregam)",
    "[4] é esse aqui (image, attached as picture 1)",
    String.raw`[5] (file "comprovante.pdf", its text as JSON: "Pix de R$ 250,00\npara Maria")`,
  ]);
  expect(app.ai.asked[0]?.images).toMatchObject([{ contentType: "image/jpeg", width: 1_024, height: 768 }]);
  expect(app.ai.heard.map((heard) => heard.sha256)).toEqual([sha256(ONE), sha256(TWO)]);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  expect(filesLeft(app)).toEqual([]);
});
