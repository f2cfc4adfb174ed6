// The machine's network with names of its own: looks up what it is told, writes down what is asked of it, and leads
// public addresses, which no test may reach, to a double.
import type { Connection, Door, Network, NetworkAnswer } from "../../src/media/network.ts";
import { systemNetwork } from "../../src/media/system-network.ts";

/** What a download does, in the order it does it. `piece`: the next piece of a body is asked for. */
type Step = "lookup" | "connect" | "get" | "piece";

export class MediaNetworkDouble implements Network {
  readonly lookups: string[] = [];
  readonly doors: Door[] = [];
  readonly #real: Network;
  readonly #names = new Map<string, string[][]>();
  readonly #places = new Map<string, number>();
  readonly #steps: Step[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(authorities?: string) {
    this.#real = systemNetwork(authorities);
  }

  /** What a name is answered with, lookup after lookup; the last answer stays. */
  name(host: string, ...answers: string[][]): void {
    this.#names.set(host, answers);
  }

  /** Connections to this address go to that port of 127.0.0.1. */
  place(address: string, port: number): void {
    this.#places.set(address, port);
  }

  /** Resolves when a step was taken for the `count`th time. */
  taken(step: Step, count = 1): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (this.#steps.filter((taken) => taken === step).length < count) return;
      this.#watchers.delete(watch);
      resolve();
    };
    this.#watchers.add(watch);
    watch();
    return promise;
  }

  async lookup(host: string): Promise<string[]> {
    this.lookups.push(host);
    this.#take("lookup");
    const answers = this.#names.get(host) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new Error("no such host");
    return answer;
  }

  async connect(door: Door, signal: AbortSignal): Promise<Connection> {
    this.doors.push(door);
    this.#take("connect");
    const port = this.#places.get(door.address);
    const connection = await this.#real.connect(
      port === undefined ? door : { ...door, address: "127.0.0.1", port },
      signal,
    );
    return { get: (path, headers) => this.#get(connection, path, headers), close: () => connection.close() };
  }

  async #get(
    connection: Connection,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<NetworkAnswer> {
    this.#take("get");
    const answer = await connection.get(path, headers);
    return { ...answer, body: this.#watched(answer.body) };
  }

  async *#watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#take("piece");
    for await (const piece of body) {
      yield piece;
      this.#take("piece");
    }
  }

  #take(step: Step): void {
    this.#steps.push(step);
    for (const watch of this.#watchers) watch();
  }
}
