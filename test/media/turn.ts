// Starts a process in which a customer sends a turn.
import { join } from "node:path";

export interface Sent {
  /** As Chatwoot calls it. */
  kind: "audio" | "image" | "file";
  path: string;
}

export interface TurnTold {
  growthBytes: number;
  /** Of both turns: the first holds no attachment. */
  askedCount: number;
  /** The customer's turn as the model read it last. */
  lines: string[];
  answerCount: number;
  filesLeft: string[];
}

const CHILD = join(import.meta.dir, "turn-child.ts");

export async function turnInChild(port: number, sent: readonly Sent[]): Promise<TurnTold> {
  const argv = [process.execPath, CHILD, String(port), JSON.stringify(sent)];
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "inherit" });
  const told = await child.stdout.text();
  await child.exited;
  return JSON.parse(told) as TurnTold;
}
