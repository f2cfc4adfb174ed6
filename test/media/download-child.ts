// A process that downloads one file over the machine's own network, and tells as JSON how that went and how much
// memory it took. Told: the order, as JSON, with the certificates it is to trust.
import { readFileSync } from "node:fs";
import { systemClock } from "../../src/clock.ts";
import { openDownloads } from "../../src/media/downloads.ts";
import { systemNetwork } from "../../src/media/system-network.ts";
import type { ChildOrder } from "./child.ts";
import { failureOf } from "./scene.ts";

const { authorities, ...order } = JSON.parse(process.argv[2] ?? "{}") as ChildOrder;
const network = systemNetwork(authorities ?? undefined);
// Names of tests are known to no resolver.
const lookup = (): Promise<string[]> => Promise.resolve(["127.0.0.1"]);
const downloads = openDownloads({ clock: systemClock(), network: { ...network, lookup }, mediaHosts: [] });

const before = process.memoryUsage.rss();
const outcome = await failureOf(downloads.download(order, new AbortController().signal));
console.log(JSON.stringify({ outcome, growthBytes: peakBytes() - before }));
process.exit(0);

/** The most memory this process ever had. */
function peakBytes(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
