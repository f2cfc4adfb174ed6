// A test app whose customers send voice notes: each file stands at Chatwoot under its number.
import { createHash } from "node:crypto";
import { filesAt } from "../doubles/files-network.ts";
import type { TestApp, TestAppOptions } from "./app.ts";
import { openAttachmentApp } from "./attachments-in-sight.ts";
import { oggOpus } from "./sounds.ts";

/** Longer than the silence that a turn waits for. */
export const SILENCE_MS = 30_010;
export const ONE = oggOpus(7, 1);
export const TWO = oggOpus(12, 2);

const WORDS = new Map([
  [sha256(ONE), "queria saber o preço"],
  [sha256(TWO), "e se vocês entregam"],
]);

/** `files` by their numbers: what they answer one after the other, the last for ever; null is a 404. */
export async function openVoiceApp(
  files: Record<number, (Uint8Array | null)[]>,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const paths = Object.entries(files).map(([id, answers]) => [`/${id}`, answers]);
  const network = filesAt("chatwoot.test", Object.fromEntries(paths));
  const app = await openAttachmentApp(network, options);
  app.ai.hearAs(({ sha256: hash }) => WORDS.get(hash) ?? "não sei");
  return app;
}

/** The customer sends the voice note of this number. */
export function sendVoice(app: TestApp, id: number, more: Record<string, unknown> = {}) {
  return app.receive("", { attachments: [voice(id, more)] });
}

export function voice(id: number, more: Record<string, unknown> = {}) {
  return { id, file_type: "audio", data_url: `http://chatwoot.test/${id}`, ...more };
}

/** The customer's turn as the model read it last, line by line. */
export function promptLines(app: TestApp): string[] {
  return (app.ai.asked.at(-1)?.prompt ?? "").split("\n").filter((line) => /^\[\d+\] /.test(line));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
