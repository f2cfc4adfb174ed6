// lull's own server on a free port with two routes of a test's: an upload that sums what it is given, and a download of
// made-up bytes. Its memory is measured at every piece.
import { systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { accept } from "../../src/routes/answers.ts";
import { type FileToSend, sendFile } from "../../src/routes/download.ts";
import { openServer, type ServerDeps } from "../../src/routes/server.ts";
import { readUpload } from "../../src/routes/upload.ts";

export const FILE_BYTES_MAX = 100 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
/** What files are made of, again and again. */
export const PIECE = new Uint8Array(PIECE_BYTES).map((_, at) => (at * 7) % 251);

export interface FileServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Most memory since the last look, and since then how many bytes a download was given. */
  look: () => { peakBytes: number; givenBytes: number };
  /** Resolves when a download is given up. */
  cancelled: Promise<void>;
  /** What a download's end in an error was told. */
  broken: unknown[];
  /** What the first upload that failed ended in. */
  uploadEnded: Promise<unknown>;
}

export interface FileServerOptions {
  /** A download breaks off after so many bytes. */
  breaksAtBytes?: number;
  /** Done for each piece of an upload. */
  write?: () => Promise<void>;
}

/** Opens the server; `await using` closes it with whoever is still there. */
export function openFileServer(options: FileServerOptions = {}): FileServer {
  let peakBytes = 0;
  let givenBytes = 0;
  const cancelled = Promise.withResolvers<void>();
  const broken: unknown[] = [];
  const uploadEnded = Promise.withResolvers<unknown>();
  const measure = (): void => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };

  async function takeUpload(request: Request, server: unknown): Promise<Response> {
    const sum = new Bun.CryptoHasher("sha256");
    const upload = await readUpload(request, { fileBytesMax: FILE_BYTES_MAX, server }, async (piece) => {
      measure();
      await options.write?.();
      sum.update(piece);
    }).catch((error: unknown) => {
      uploadEnded.resolve(error);
      throw error;
    });
    return accept({ ...upload, sha256: sum.digest("hex") });
  }

  function bytesOf(from: number, to: number): ReadableStream<Uint8Array> {
    let at = from;
    return new ReadableStream({
      pull(controller) {
        measure();
        if (at >= (options.breaksAtBytes ?? Infinity)) return controller.error(new Error("the source broke"));
        if (at > to) return controller.close();
        const start = at % PIECE_BYTES;
        const piece = PIECE.slice(start, Math.min(PIECE_BYTES, start + to + 1 - at));
        at += piece.byteLength;
        givenBytes += piece.byteLength;
        controller.enqueue(piece);
      },
      cancel: () => cancelled.resolve(),
    });
  }

  function fileOf(sizeBytes: number): FileToSend {
    return {
      fileName: "preços – 2026.pdf",
      contentType: "application/pdf",
      sizeBytes,
      etag: "abc123",
      createdAt: Date.UTC(2026, 10, 21, 12, 0, 0, 500),
      open: async (range) => bytesOf(range?.from ?? 0, range?.to ?? sizeBytes - 1),
      brokeOff: (error) => void broken.push(error),
    };
  }

  const app = openServer(servedBy())
    .post("/upload", ({ request, server }) => takeUpload(request, server), { parse: "none" })
    .get("/download/:size", ({ params, request, server }) => {
      givenBytes = 0;
      return sendFile(fileOf(Number(params.size)), request, server);
    })
    .head("/download/:size", ({ params, request, server }) =>
      sendFile(fileOf(Number(params.size)), request, server),
    )
    .listen({ hostname: "127.0.0.1", port: 0 });
  const port = app.server?.port ?? 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    look() {
      const seen = { peakBytes, givenBytes };
      peakBytes = 0;
      return seen;
    },
    cancelled: cancelled.promise,
    broken,
    uploadEnded: uploadEnded.promise,
    [Symbol.asyncDispose]: async () => void (await app.stop(true)),
  };
}

/** What the server and the webhook's door need; lull's other routes are there, with nothing behind them. */
function servedBy(): ServerDeps {
  const nothing = {
    admin: {},
    me: {},
    identity: {},
    chat: {},
    buckets: {},
    knowledge: {},
    health: {},
    playground: {},
  };
  const metrics = openMetrics("test");
  const served = {
    webhook: { clock: systemClock(), metrics, connection: () => null, note: () => {} },
    log: createLog(() => {}),
    metrics,
    monotonic: () => 0,
    newRequestId: () => "request-1",
    changes: { write: () => Promise.resolve() },
    repeats: { refused: () => Promise.resolve() },
  };
  return { ...nothing, ...served } as unknown as ServerDeps;
}
