// One question and what becomes of its reply: what the double's ledger shows of it, and a process that dies at a
// chosen moment. The verdict is always the double's; lull's own word is asked for separately (`deliveriesOf`).
import type { Store } from "../../src/db/store.ts";
import type { RequestEntry, StoredEntry } from "../doubles/chatwoot-ledger.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";

/** The silence of the default configuration, and a little more for the turn itself. */
export const SILENCE_MS = 30_010;
/** LULL_SEND_SETTLE_MS of the default configuration. */
export const SETTLE_MS = 60_000;

/** How soon whoever watches over the process starts it anew. */
const RESTART_MS = 5_000;

export interface DeliveryShown {
  id: string;
  state: string;
  reason: string | null;
  part: number;
  sends: number;
  looks: number;
  messageId: number | null;
  turnId: string;
}

/** Opens the app, lets the customer ask, and waits until the reply is about to be sent or was. */
export async function openAsked(
  options: TestAppOptions,
  prepare: (app: TestApp) => void = () => undefined,
): Promise<TestApp> {
  const app = await openTestApp({ hasCatchUp: false, ...options });
  prepare(app);
  await app.receive("quanto custa?");
  await app.clock.tick(SILENCE_MS);
  return app;
}

/** lull's POSTs of public messages, in order. */
export function postsOf(app: TestApp, conversationId: number = CONVERSATION): RequestEntry[] {
  return requestsOf(app, "POST", `/conversations/${conversationId}/messages`).filter(
    ({ body }) => (body as { private?: boolean }).private !== true,
  );
}

/** lull's reads of the message list. */
export function listReadsOf(app: TestApp, conversationId: number = CONVERSATION): RequestEntry[] {
  return requestsOf(app, "GET", `/conversations/${conversationId}/messages`);
}

export function requestsOf(app: TestApp, method: string, pathPart: string): RequestEntry[] {
  return app.chatwoot.ledger.filter(
    (entry) => entry.kind === "request" && entry.method === method && entry.path.includes(pathPart),
  ) as RequestEntry[];
}

/** lull's private notes as they stand in the conversation. */
export function notesOf(app: TestApp, conversationId: number = CONVERSATION): StoredEntry[] {
  return app.chatwoot.ledger.filter(
    (entry) =>
      entry.kind === "stored" &&
      entry.conversationId === conversationId &&
      entry.requestOrder !== null &&
      !entry.isVisible,
  ) as StoredEntry[];
}

/** The outbox as an admin sees it, oldest first. */
export async function deliveriesOf(app: TestApp): Promise<DeliveryShown[]> {
  const { body } = await app.admin("GET", "/outbox");
  return (body["data"] as DeliveryShown[]).toReversed();
}

/** Lets `hook` answer requests to Chatwoot before the double does; undefined lets one through. Gives how to end it. */
export function intercept(
  app: TestApp,
  hook: (url: string, init: RequestInit) => Promise<Response> | undefined,
): () => void {
  const pass = app.chatwoot.fetch;
  const fetch = (url: string, init: RequestInit): Promise<Response> => hook(url, init) ?? pass(url, init);
  Object.assign(app.chatwoot, { fetch });
  return () => void Object.assign(app.chatwoot, { fetch: pass });
}

/** From the first POST on the message list cannot be read. Gives how to end it. */
export function listDownAfterPost(app: TestApp): () => void {
  return intercept(app, (url, { method }) => {
    const isList = method === "GET" && url.includes("/messages?after=");
    if (!isList || postsOf(app).length === 0) return undefined;
    return Promise.resolve(Response.json({ error: "Service Unavailable" }, { status: 503 }));
  });
}

/** The moment a process dies: just before or just after a verb of the store is made durable. */
export interface CrashPoint {
  when: "before" | "after";
  verb: keyof Store;
  /** Which call of the verb, 1 for the first. */
  call: number;
}

/** Kills the app once at a chosen point; what its dead code still waits for never comes. */
export class Crash {
  #point: CrashPoint | null;
  #calls = 0;
  #dying: Promise<void> | null = null;
  #app: TestApp | null = null;

  constructor(point: CrashPoint | null) {
    this.#point = point;
  }

  get happened(): boolean {
    return this.#point === null;
  }

  /** The app to kill; before that nothing dies. */
  aim(app: TestApp): void {
    this.#app = app;
  }

  readonly wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown => {
          const run = (): unknown => Reflect.apply(member, target, args);
          return this.#isNow(name) ? this.#die(run) : run();
        };
      },
    });

  /** True when the process died and was started anew. */
  async restarted(): Promise<boolean> {
    if (this.#dying === null || this.#app === null) return false;
    await this.#dying;
    this.#dying = null;
    await this.#app.start();
    return true;
  }

  /** Lets time pass; a process that dies meanwhile is started anew within five seconds. */
  async live(app: TestApp, ms: number): Promise<void> {
    let passed = 0;
    while (this.#isPending() && passed < ms) {
      await app.clock.tick(RESTART_MS);
      passed += RESTART_MS;
      await this.restarted();
    }
    if (passed < ms) await app.clock.tick(ms - passed);
  }

  #isPending(): boolean {
    return this.#point !== null || this.#dying !== null;
  }

  #isNow(name: string | symbol): boolean {
    if (this.#app === null || this.#point === null || this.#point.verb !== name) return false;
    this.#calls += 1;
    return this.#calls === this.#point.call;
  }

  async #die(run: () => unknown): Promise<never> {
    const when = this.#point?.when;
    this.#point = null;
    if (when === "after") await run();
    this.#dying = this.#app?.crash() ?? null;
    return new Promise<never>(() => undefined);
  }
}
