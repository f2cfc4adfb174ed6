// The double of Google Cloud Storage behind a loopback socket: whole answers, and answers that break off.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type GcsRequest, readGcsRequest } from "./gcs-request.ts";

export interface GcsAnswer {
  /** Null: none is sent. */
  status: number | null;
  headers?: Record<string, string>;
  body?: Buffer;
  /** The body before it was text. */
  resource?: Record<string, unknown>;
  /** Where the status does not tell: whether what was asked for was done. */
  isDone?: boolean;
  /** So much of the body is sent before `end`. */
  sendBytes?: number;
  /** How the connection goes when no whole answer is sent. */
  end?: "cut" | "hang";
}

export interface GcsHandler {
  handle: (request: GcsRequest) => Promise<GcsAnswer>;
  /** Whoever called this path went away before it had its answer, perhaps before all of the call was here. */
  onDeserted: (path: string) => void;
}

/** Listens on a free port of 127.0.0.1; `stop` ends every connection. */
export async function listenGcs({
  handle,
  onDeserted,
}: GcsHandler): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const noteDeserted = (): void => {
      if (!outgoing.writableFinished) onDeserted(incoming.url ?? "");
    };
    const cut = (): void => {
      outgoing.off("close", noteDeserted);
      outgoing.socket?.destroy();
    };
    outgoing.on("close", noteDeserted);
    exchange(handle, incoming, outgoing, cut).catch(() => outgoing.socket?.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function exchange(
  handle: GcsHandler["handle"],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cut: () => void,
): Promise<void> {
  const { method = "", url = "", headers } = incoming;
  const body = Buffer.concat(await Array.fromAsync(incoming));
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const request = readGcsRequest(method, url, new Headers(given), body);
  if (request === null) return void outgoing.writeHead(501).end();
  await send(await handle(request), outgoing, cut);
}

async function send(
  { status, headers = {}, body, sendBytes, end }: GcsAnswer,
  outgoing: ServerResponse,
  cut: () => void,
): Promise<void> {
  if (status !== null) {
    outgoing.writeHead(status, { ...headers, "content-length": String(body?.byteLength ?? 0) });
    if (end === undefined) return void outgoing.end(body);
    await new Promise((sent) => outgoing.write(body?.subarray(0, sendBytes) ?? "", sent));
  }
  if (end === "cut") cut();
}
