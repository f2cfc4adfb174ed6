// Webhooks made by hand: bodies and headers that the double would never send, signed as Chatwoot signs them.
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { railsJson, signBody } from "../../src/chatwoot/sample.ts";
import { type TestApp, WEBHOOK_SECRET } from "../harness/app.ts";

export interface SignedOptions {
  path?: string;
  secret?: string;
  deliveryId?: string;
  /** How far the signed moment lies from now. */
  offsetSeconds?: number;
}

/** A signed request with this body; a text is sent as it is. */
export function signed(app: TestApp, body: unknown, options: SignedOptions = {}): Request {
  const { path = "/webhooks/chatwoot", secret = WEBHOOK_SECRET, deliveryId = "by-hand" } = options;
  const raw = typeof body === "string" ? body : railsJson(body);
  const timestamp = Math.floor(app.clock.now() / 1000) + (options.offsetSeconds ?? 0);
  const headers = { "content-type": "application/json", ...signBody(secret, timestamp, raw, deliveryId) };
  return new Request(`http://localhost${path}`, { method: "POST", headers, body: raw });
}

/** Delivers a body, signed. */
export function send(app: TestApp, body: unknown, options: SignedOptions = {}) {
  return app.deliver({ request: () => signed(app, body, options) });
}

/** An answer as the sender sees it. */
export async function answerTo(app: TestApp, request: Request) {
  const response = await app.handle(request);
  const body = (await response.json()) as Record<string, unknown>;
  await app.clock.settle();
  return { status: response.status, body };
}

/** Rows of all tables together: nothing was stored when it did not change. */
export function rowCount(app: TestApp): number {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    const tables = db
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all();
    const counts = tables.map(({ name }) =>
      db.query<{ n: number }, []>(`SELECT count(*) AS n FROM "${name}"`).get(),
    );
    return counts.reduce((sum, count) => sum + (count?.n ?? 0), 0);
  } finally {
    db.close();
  }
}

/** One row of an admin list. */
export type Row = Record<string, unknown>;

/** A list of the admin's, the newest first. */
export async function listed(app: TestApp, path: "/buffers" | "/jobs" | "/outbox"): Promise<Row[]> {
  const { status, body } = await app.admin("GET", path);
  if (status !== 200) throw new Error(`the admin's list was answered ${status}`);
  return body["data"] as Row[];
}

/** The newest job with its messages, steps and deliveries. */
export async function lastTurn(app: TestApp) {
  const [job] = await listed(app, "/jobs");
  const { body } = await app.admin("GET", `/turns/${String(job?.["id"])}`);
  return body["data"] as Row & { messages: Row[]; steps: Row[]; deliveries: Row[] };
}

/** The value of one line of /metrics; 0 when it is not there. */
export async function metric(app: TestApp, line: string): Promise<number> {
  const text = await (await app.handle(new Request("http://localhost/metrics"))).text();
  await app.clock.settle();
  const found = text.split("\n").find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? 0);
}

/** What lull has to do, or did, in Chatwoot beside messages to customers: the kind and the text or what else it carries. */
export function errandsOf(app: TestApp): { kind: string; detail: Record<string, unknown> }[] {
  const db = new Database(join(app.dataDir, "lull.db"), { readonly: true });
  try {
    const rows = db
      .query<{ id: string; kind: string; detail: string }, []>(
        "SELECT public_id AS id, kind, detail FROM errands ORDER BY errands.id",
      )
      .all();
    return rows.map(({ id, kind, detail }) => {
      const { kind: _, ...seen } = { kind, ...app.errands.get(id) };
      return { kind, detail: { ...seen, ...(JSON.parse(detail) as Record<string, unknown>) } };
    });
  } finally {
    db.close();
  }
}
