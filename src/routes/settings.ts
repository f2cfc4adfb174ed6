// Settings as they are read and changed: each has a tag of its present form, and a change that was meant for another form is
// refused. What differs afterwards is noted for the audit.
import { createHash } from "node:crypto";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import { AppError } from "../errors.ts";
import type { Changes } from "./changes.ts";
import { readBytes } from "./request-body.ts";

/** What stands beside a setting and moves by itself: it is nobody's change. */
const LIVE: ReadonlySet<string> = new Set([
  "lastUsedAt",
  "restedUntil",
  "restReason",
  "isRunning",
  "nextAt",
  "lastRun",
  "lastSuccessAt",
]);

interface Asked {
  request: Request;
}

type Handler<Context> = (context: Context) => Response | Promise<Response>;

/** A setting's two doors. */
interface Setting<Context> {
  show: (context: Context) => Promise<Response>;
  change: (context: Context) => Promise<Response>;
}

/**
 * Wraps the handlers of one setting. `show` answers with `ETag`; `change` with an `If-Match` that no longer holds throws
 * AppError `changed_meanwhile` (412) and changes nothing. Changes wait for each other, for the same setting may have several
 * addresses: this process is the only one that writes.
 */
export function settings(changes: Pick<Changes, "differ" | "inTurn">) {
  return <Context extends Asked>(show: Handler<Context>, change: Handler<Context>): Setting<Context> => ({
    show: async (context) => {
      const answer = await show(context);
      answer.headers.set("etag", tagOf(await answer.clone().text()));
      return answer;
    },
    change: async (context) => {
      const { request } = context;
      // Whoever sends slowly must keep nobody else waiting.
      await readBytes(request.clone() as Request, BODY_BYTES_MAX);
      return changes.inTurn(async () => {
        const before = await formOf(show, context);
        requireMatch(request, before);
        const answer = await change(context);
        const after = await formOf(show, context);
        changes.differ(request, dataOf(before), dataOf(after));
        if (after !== null) answer.headers.set("etag", tagOf(after));
        return answer;
      });
    },
  });
}

/** The setting as it stands, as text; null: it was never set. */
async function formOf<Context>(show: Handler<Context>, context: Context): Promise<string | null> {
  try {
    return await (await show(context)).text();
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

function requireMatch(request: Request, form: string | null): void {
  const wanted = request.headers.get("if-match");
  if (wanted === null) return;
  const tags = wanted.split(",").map((tag) => tag.trim());
  if (form !== null && (tags.includes("*") || tags.includes(tagOf(form)))) return;
  throw new AppError("changed_meanwhile", "The setting is another than the one this change was made for.", {
    fix: "Read it again, and send the change with its new ETag as If-Match.",
  });
}

/** The same settings, the same tag. */
function tagOf(form: string): string {
  const text = JSON.stringify(dataOf(form) ?? null);
  return `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
}

function dataOf(form: string | null): unknown {
  const answer = form === null ? {} : (JSON.parse(form) as { data?: unknown });
  const { data } = answer;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !LIVE.has(name)));
}
