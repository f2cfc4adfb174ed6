// What `lull contact` and `lull user` have in common: the export of one person, and the receipt of an erasure.
import { at, shown } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { saveFile } from "./save-file.ts";
import type { Shown } from "./verb.ts";

export async function exportPerson(daemon: DaemonClient, path: string, file: string): Promise<Shown> {
  const sizeBytes = await saveFile(file, await daemon.read(path));
  return { data: { path: file, sizeBytes }, text: `✔ ${file} was made: ${sizeBytes} bytes` };
}

/** What went, and what is left to others; nothing where there is no receipt. */
export function receiptLines(receipt: unknown): string[] {
  const id = at(receipt, "id");
  if (typeof id !== "string") return [];
  const counts = Object.entries(at(receipt, "counts") ?? {}).map(
    ([kind, count]) => `${kind} ${shown(count)}`,
  );
  const remains = at(receipt, "remains");
  return [
    `  receipt ${id}, ${shown(at(receipt, "state"))}: ${counts.join(", ")}`,
    ...(Array.isArray(remains) ? remains.map((line) => `  ${shown(line)}`) : []),
  ];
}
