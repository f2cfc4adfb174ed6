// Load over real sockets: keep-alive connections that each send a ready-made request, wait for its answer, send the next.
// Raw bytes instead of `fetch`, so that the sender takes as little of the machine as it can from the one it measures.

export interface Load {
  answerCount: number;
  elapsedMs: number;
  /** Of each answer, from the first byte sent (or from when it should have been) to the last received. */
  answerMs: number[];
}

/** Ready-made requests, in bytes. */
export type Requests = readonly Uint8Array[];

const HEAD_END = "\r\n\r\n";

/** Sends `requests` in order, so many a second, over `connectionCount` connections; `isOver` ends it before they are used up. */
export async function sendPaced(
  address: string,
  requests: Requests,
  connectionCount: number,
  perSecond: number,
  isOver: () => boolean,
): Promise<Load> {
  const { hostname, port } = new URL(address);
  const answerMs: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  async function take(): Promise<Due | null> {
    const index = next++;
    const request = requests[index];
    const dueAt = startedAt + (index * 1_000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await Bun.sleep(waitMs);
    return request === undefined || isOver() ? null : { request, dueAt };
  }
  const connections = Array.from({ length: connectionCount }, () =>
    connect(hostname, Number(port), take, (durationMs) => answerMs.push(durationMs)),
  );
  await Promise.all(connections);
  return { answerCount: answerMs.length, elapsedMs: performance.now() - startedAt, answerMs };
}

/** What is sent next, and since when it should be on its way: whoever waits for a slow answer is late, and that counts. */
interface Due {
  request: Uint8Array;
  dueAt: number;
}

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
  const take = (): Due | null => {
    const now = performance.now();
    const request = now - startedAt < limitMs ? requests[next++] : undefined;
    return request === undefined ? null : { request, dueAt: now };
  };
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
  take: () => Due | null | Promise<Due | null>,
  onAnswer: (durationMs: number) => void,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let received = "";
  let since = 0;
  const socket = await Bun.connect({
    hostname,
    port,
    socket: {
      data(_, bytes) {
        received += bytes.toString("latin1");
        const length = answerLength(received);
        if (length === null || received.length < length) return;
        onAnswer(performance.now() - since);
        if (!received.startsWith("HTTP/1.1 200 "))
          done.reject(new Error(`answered ${received.slice(0, 500)}`));
        received = "";
        void send();
      },
      close: () => done.reject(new Error("the connection was closed")),
      error: (_, error) => done.reject(error),
    },
  });
  const send = async (): Promise<void> => {
    const taken = take();
    // Without a turn of the event loop where nothing has to be waited for.
    const due = taken instanceof Promise ? await taken : taken;
    if (due === null) return done.resolve();
    since = due.dueAt;
    if (socket.write(due.request) !== due.request.byteLength)
      done.reject(new Error("the socket took half a request"));
  };
  void send();
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
