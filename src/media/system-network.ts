// The machine's own network: its resolver, its certificates, plain HTTP/1.1. Not by `fetch`, which resolves names
// itself, obeys HTTP_PROXY, and unpacks a whole gzip bomb before anyone can count its bytes.
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { isIP, connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Connection, Door, Network, NetworkAnswer } from "./network.ts";

/** `authorities` are certificates in PEM that are trusted instead of the machine's: a test's own. */
export function systemNetwork(authorities?: string): Network {
  return {
    async lookup(host) {
      const found = await lookup(host, { all: true });
      return found.map(({ address }) => address);
    },
    async connect(door, signal) {
      const socket = open(door, authorities);
      try {
        await once(socket, door.certifiedHost === null ? "connect" : "secureConnect", { signal });
      } catch (error) {
        socket.destroy();
        throw error;
      }
      return connectionOver(socket);
    },
  };
}

function open({ address, port, certifiedHost }: Door, authorities: string | undefined): Socket {
  if (certifiedHost === null) return connectPlain({ host: address, port });
  return connectTls({
    host: address,
    port,
    // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED changes what is meant by silence.
    rejectUnauthorized: true,
    // Left out for an IP address: TLS has no server names for these, and `host` is then what the certificate must say.
    ...(isIP(certifiedHost) === 0 && { servername: certifiedHost }),
    ...(authorities !== undefined && { ca: authorities }),
  });
}

function connectionOver(socket: Socket): Connection {
  // Whoever waits is told by the request; without a listener a reset in between would end the process.
  socket.on("error", () => {});
  return {
    async get(path, headers) {
      // No `agent` here: with one, even `false`, `createConnection` is passed over and a new connection made, elsewhere.
      const asked = request({ createConnection: () => socket, method: "GET", path, headers, setHost: false });
      // Also for what the same packet holds behind the answer's head: nobody waits here any more by then.
      asked.on("error", () => {});
      asked.end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      return answerOf(response);
    },
    close: () => socket.destroy(),
  };
}

function answerOf(response: IncomingMessage): NetworkAnswer {
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body: response };
}
