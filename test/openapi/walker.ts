// Asks routes by their names, and keeps what they answered for whoever compares it with what is written about them.
import { ADMIN_TOKEN, type TestApp } from "../harness/app.ts";
import { call } from "../routes/table.ts";

export interface Walked {
  /** As in `GET /admin/users/:id`. */
  route: string;
  /** What was asked with, as JSON; undefined where it was a form, or nothing. */
  sent: unknown;
  status: number;
  etag: string | null;
  /** What the audit was told of it: `admin buffer.cancel`. */
  audited: string[];
  /** Null where the answer is no JSON. */
  body: Record<string, unknown> | null;
}

export interface Asked {
  /** What stands in the address for its names. */
  params?: Record<string, string | number>;
  /** With its question mark. */
  query?: string;
  body?: unknown;
  /** An admin's where it is not given. */
  token?: string | null;
  headers?: Record<string, string>;
}

export type Ask = (route: string, asked?: Asked) => Promise<Record<string, unknown>>;

/** `ask` gives the answer's `data`, or all of it where there is none. */
export function walker(app: TestApp): { ask: Ask; walked: Walked[] } {
  const walked: Walked[] = [];
  let newestId: unknown = null;
  /** What has come into the audit since it was last looked at. */
  async function audited(): Promise<string[]> {
    const { data } = await app.store().listAudit({ limit: 20, cursor: null, state: null });
    const known = data.findIndex(({ id }) => id === newestId);
    newestId = data[0]?.["id"] ?? null;
    const rows = known === -1 ? data : data.slice(0, known);
    return rows.map(({ actor, action }) => `${String(actor)} ${String(action)}`);
  }
  const ask: Ask = async (
    route,
    { params = {}, query = "", body, token = ADMIN_TOKEN, headers = {} } = {},
  ) => {
    const [method = "", path = ""] = route.split(" ");
    const answer = await call(app, { method, path: filled(path, params) + query }, token, body, headers);
    const isJson = method !== "HEAD" && /json/.test(answer.headers.get("content-type") ?? "");
    const isSent = body !== undefined && !(body instanceof FormData);
    walked.push({
      route,
      sent: isSent ? (JSON.parse(JSON.stringify(body)) as unknown) : undefined,
      status: answer.status,
      etag: answer.headers.get("etag"),
      audited: await audited(),
      body: isJson ? answer.body : null,
    });
    return (answer.body["data"] ?? answer.body) as Record<string, unknown>;
  };
  return { ask, walked };
}

function filled(path: string, params: NonNullable<Asked["params"]>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? name)));
}
