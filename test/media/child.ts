// Starts a process that downloads one file.
import { join } from "node:path";
import type { MediaOrder } from "../../src/media/downloads.ts";

export interface ChildOrder extends MediaOrder {
  /** PEM; null: the machine's own. */
  authorities: string | null;
}

/** Its outcome is as failureOf tells it. */
export interface ChildTold {
  outcome: string;
  growthBytes: number;
}

const CHILD = join(import.meta.dir, "download-child.ts");

/** Runs it to its end, in an environment that holds `env` alone. */
export async function downloadInChild(
  order: ChildOrder,
  env: Record<string, string> = {},
): Promise<ChildTold> {
  const child = startChild(order, env);
  const told = await child.stdout.text();
  await child.exited;
  return JSON.parse(told) as ChildTold;
}

export function startChild(order: ChildOrder, env: Record<string, string> = {}) {
  return Bun.spawn([process.execPath, CHILD, JSON.stringify(order)], {
    env,
    stdout: "pipe",
    stderr: "inherit",
  });
}
