// A process in which a customer sends a text and much that is bad, and that tells as JSON what its model was asked then
// and how much memory the turn took. Told: the port of the server that all of it is fetched from, and what it is.
import { readFileSync } from "node:fs";
import { MediaNetworkDouble } from "../doubles/media-network.ts";
import { CONVERSATION } from "../harness/app.ts";
import { filesLeft, openAttachmentApp } from "../harness/attachments-in-sight.ts";
import { promptLines } from "../harness/voice.ts";
import { PUBLIC_ADDRESS } from "./scene.ts";
import type { Sent, TurnTold } from "./turn.ts";

const SILENCE_MS = 30_010;
/** As long as a turn waits for what may still come. */
const PATIENCE_MS = 90_000;

const port = Number(process.argv[2]);
const sent = JSON.parse(process.argv[3] ?? "[]") as Sent[];

const network = new MediaNetworkDouble();
network.name("chatwoot.test", [PUBLIC_ADDRESS]);
network.place(PUBLIC_ADDRESS, port);

const told: TurnTold = await (async () => {
  await using app = await openAttachmentApp(network);
  // What any first turn takes is not the attachments'.
  await app.receive("bom dia");
  await app.clock.tick(SILENCE_MS);
  const before = process.memoryUsage.rss();
  await app.receive("oi");
  for (const [index, { kind, path }] of sent.entries()) {
    const data_url = `http://chatwoot.test${path}`;
    await app.receive("", { attachments: [{ id: index + 1, file_type: kind, data_url }] });
  }
  await app.clock.tick(SILENCE_MS + PATIENCE_MS);
  return {
    growthBytes: peakBytes() - before,
    askedCount: app.ai.asked.length,
    lines: promptLines(app),
    answerCount: app.chatwoot.sent(CONVERSATION).length,
    filesLeft: filesLeft(app),
  };
})();
console.log(JSON.stringify(told));
process.exit(0);

/** The most memory this process ever had. */
function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
