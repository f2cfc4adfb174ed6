// Load over real sockets: keep-alive connections that each send a ready-made request, wait for its answer, send the next.
// Raw bytes instead of `fetch`, so that the sender takes as little of the machine as it can from the one it measures.

export interface Load {
  answerCount: number;
  elapsedMs: number;
  /** Of each answer, from the first byte sent to the last received. */
  answerMs: number[];
}

/** Ready-made requests, in bytes. */
export type Requests = readonly Uint8Array[];

const HEAD_END = "\r\n\r\n";

/**
 * Sends `requests` in order over `connectionCount` connections until they are used up or `limitMs` has passed.
 * Rejects when an answer is not 200 or a connection breaks.
 */
export async function sendLoad(
  address: string,
  requests: Requests,
  connectionCount: number,
  limitMs: number,
): Promise<Load> {
  const { hostname, port } = new URL(address);
  const answerMs: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const take = (): Uint8Array | null =>
    performance.now() - startedAt < limitMs ? (requests[next++] ?? null) : null;
  const connections = Array.from({ length: connectionCount }, () =>
    connect(hostname, Number(port), take, (durationMs) => answerMs.push(durationMs)),
  );
  await Promise.all(connections);
  return { answerCount: answerMs.length, elapsedMs: performance.now() - startedAt, answerMs };
}

/** One connection; resolves when `take` has nothing more for it. */
async function connect(
  hostname: string,
  port: number,
  take: () => Uint8Array | null,
  onAnswer: (durationMs: number) => void,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let received = "";
  let sentAt = 0;
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data(_, bytes) {
        received += bytes.toString("latin1");
        const length = answerLength(received);
        if (length === null || received.length < length) return;
        onAnswer(performance.now() - sentAt);
        if (!received.startsWith("HTTP/1.1 200 "))
          done.reject(new Error(`answered ${received.slice(0, 500)}`));
        received = "";
        send();
      },
      close: () => done.reject(new Error("the connection was closed")),
      error: (_, error) => done.reject(error),
    },
  });
  const send = (): void => {
    const request = take();
    if (request === null) return done.resolve();
    sentAt = performance.now();
    if (socket.write(request) !== request.byteLength)
      done.reject(new Error("the socket took half a request"));
  };
  send();
  await done.promise;
  socket.end();
}

/** Bytes of the whole answer, null while its head is not there. */
function answerLength(received: string): number | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const body = /^content-length: *(\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? "0";
  return headEnd + HEAD_END.length + Number(body);
}
