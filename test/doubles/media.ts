// A server of files behind a loopback socket that answers byte by byte as it is told, so that it can lie, stall and
// break off as no server library would.
import { once } from "node:events";
import { type AddressInfo, createServer as createPlain, type Server, type Socket } from "node:net";
import { createServer as createTls } from "node:tls";
import type { Certificate } from "./media-certificate.ts";

/** What it does with one request: writes to the socket, and ends it or not. */
export type Answer = (socket: Socket) => void;

export class MediaDouble implements AsyncDisposable {
  /** The head of every request, as it came. */
  readonly requests: string[] = [];
  /** The answer to whatever no answer is set for. */
  otherwise: Answer = status(404);
  readonly #server: Server;
  readonly #answers = new Map<string, Answer[]>();

  private constructor(certificate: Certificate | null) {
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = certificate === null ? createPlain(serve) : createTls(certificate, serve);
  }

  static async open(
    options: { certificate?: Certificate; address?: string; port?: number } = {},
  ): Promise<MediaDouble> {
    const double = new MediaDouble(options.certificate ?? null);
    double.#server.listen(options.port ?? 0, options.address ?? "127.0.0.1");
    await once(double.#server, "listening");
    return double;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The paths that were asked for, in order. */
  get paths(): string[] {
    return this.requests.map((head) => head.split(" ")[1] ?? "");
  }

  /** The answers to a path, one after the other; the last one stays. */
  on(path: string, ...answers: Answer[]): void {
    this.#answers.set(path, answers);
  }

  /** Ends no connection itself: a client that leaves one open waits here until its test's time is up. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #serve(socket: Socket): void {
    // The client breaks off whenever it likes.
    socket.on("error", () => {});
    socket.once("data", (data) => {
      this.requests.push(data.toString("latin1"));
      const path = this.paths.at(-1) ?? "";
      const answers = this.#answers.get(path) ?? [this.otherwise];
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(socket);
    });
  }
}

/** A whole answer. */
export function file(bytes: Uint8Array, headers: Record<string, string> = {}): Answer {
  return (socket) => {
    socket.write(head(200, { "content-length": String(bytes.byteLength), ...headers }));
    socket.end(bytes);
  };
}

export function redirect(location: string, code = 302): Answer {
  return (socket) => void socket.end(head(code, { location, "content-length": "0" }));
}

export function status(code: number): Answer {
  return (socket) => void socket.end(`${head(code, { "content-length": "4" })}body`);
}

/** These bytes and then the connection's end, whatever the head promised. */
export function raw(...parts: (string | Uint8Array)[]): Answer {
  return (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

/** The same without an end: nothing more comes, nor does the connection close. */
export function stalled(...parts: (string | Uint8Array)[]): Answer {
  return (socket) => {
    for (const part of parts) socket.write(part);
  };
}

/** The same bytes again and again for as long as they are taken. */
export function endless(start: string, piece: Uint8Array, onSent?: (bytes: number) => void): Answer {
  return (socket) => {
    socket.write(start);
    const go = (): void => {
      while (!socket.destroyed) {
        onSent?.(piece.byteLength);
        if (!socket.write(piece)) return void socket.once("drain", go);
      }
    };
    go();
  };
}

export function head(code: number, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${code} Whatever\r\n${lines.join("")}\r\n`;
}
