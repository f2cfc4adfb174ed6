// The double's files: what customers attached, at addresses like Chatwoot's own. A file may be missing at first, and its
// address may only lead on to where it is.
import type { Plan } from "./chatwoot-plans.ts";
import type { ApiRequest } from "./chatwoot-request.ts";

export interface FileOptions {
  contentType?: string;
  /** So many questions for it are answered by 404 first. */
  missingCount?: number;
  /** Its address leads on by a redirect, as Chatwoot's do. */
  isElsewhere?: boolean;
}

interface KeptFile {
  bytes: Uint8Array;
  contentType: string;
  missingCount: number;
}

const SPACE = "/rails/active_storage";

export class ChatwootFiles {
  readonly #violated: (violation: string) => void;
  readonly #files = new Map<string, KeptFile>();
  /** From where to where. */
  readonly #redirects = new Map<string, string>();

  constructor(violated: (violation: string) => void) {
    this.#violated = violated;
  }

  /** Keeps a file; gives its path below Chatwoot's address. */
  add(bytes: Uint8Array, options: FileOptions = {}): string {
    const { contentType = "application/octet-stream", missingCount = 0, isElsewhere = false } = options;
    const name = `${this.#files.size + 1}/file`;
    const path = `${SPACE}/disk/${name}`;
    this.#files.set(path, { bytes, contentType, missingCount });
    if (!isElsewhere) return path;
    const door = `${SPACE}/blobs/redirect/${name}`;
    this.#redirects.set(door, path);
    return door;
  }

  /** What a request for a file comes to; null when it is for none. */
  plan({ method, path, token }: ApiRequest): Plan | null {
    if (!path.startsWith(`${SPACE}/`)) return null;
    if (token !== "none") this.#violated("a token told to whoever keeps the files");
    if (method !== "GET") this.#violated(`${method} of a file`);
    const location = this.#redirects.get(path);
    if (location !== undefined) return answering(302, { location });
    const file = this.#files.get(path);
    if (file === undefined) return answering(404, {});
    if (file.missingCount-- > 0) return answering(404, {});
    return answering(200, { "content-type": file.contentType }, file.bytes);
  }
}

function answering(status: number, headers: Record<string, string>, bytes?: Uint8Array): Plan {
  return {
    accepted: status === 200,
    status,
    answer: () => new Response(bytes === undefined ? null : new Uint8Array(bytes), { status, headers }),
  };
}
