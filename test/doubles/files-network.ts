// A network with one host and a few files: what is asked of any other host fails.
import type { Network } from "../../src/media/network.ts";

export interface FilesNetwork extends Network {
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Paths that answer 404 for now. */
  readonly missing: Set<string>;
}

/** Each path answers with one after the other, the last one stays; null is a 404. */
export function filesAt(host: string, files: Record<string, (Uint8Array | null)[]>): FilesNetwork {
  const asked: string[] = [];
  const missing = new Set<string>();
  const left = new Map(Object.entries(files).map(([path, answers]) => [path, [...answers]]));

  function take(path: string): Uint8Array | null {
    asked.push(path);
    if (missing.has(path)) return null;
    const answers = left.get(path) ?? [];
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? null;
  }

  return {
    asked,
    missing,
    lookup: async (name) => {
      if (name !== host) throw new Error("no such host");
      return ["127.0.0.1"];
    },
    connect: async () => ({
      get: async (path) => {
        const bytes = take(path);
        return { status: bytes === null ? 404 : 200, headers: {}, body: piecesOf(bytes) };
      },
      close: () => {},
    }),
  };
}

async function* piecesOf(bytes: Uint8Array | null): AsyncGenerator<Uint8Array> {
  if (bytes !== null) yield new Uint8Array(bytes);
}
