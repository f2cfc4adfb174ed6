// Who is asked about, and by whom: an admin about the user in the address, or a user, by their token, about themselves.
import { AppError } from "../errors.ts";
import type { Changes } from "./changes.ts";
import type { TokenGuard } from "./token-guard.ts";

/** What a request may change, as the log tells it beside the id of what was changed. */
export type ChangeAction =
  | "buffer.process"
  | "buffer.extend"
  | "buffer.cancel"
  | "buffer.reprocess"
  | "buffer.post"
  | "job.retry"
  | "jobs.retry"
  | "job.discard"
  | "jobs.discard"
  | "outbox.retry"
  | "errand.retry"
  | "inbox.change"
  | "contact.erase"
  | "import.finish"
  | "connection.add"
  | "connection.change"
  | "connection.remove"
  | "prompt.add"
  | "prompt.share"
  | "conversation.pause"
  | "conversation.resume"
  | "flag.on"
  | "flag.off"
  | "flag.unset"
  | "forward.retry"
  | "forwards.give_up"
  | "processing.on"
  | "processing.off"
  | "schedule.on"
  | "schedule.off"
  | "schedule.run"
  | "models.change"
  | "user.add"
  | "user.change"
  | "user.delete"
  | "user.limits"
  | "number.add"
  | "number.claim"
  | "number.remove"
  | "profile.save"
  | "line.add"
  | "line.change"
  | "line.remove"
  | "note.add"
  | "note.remove"
  | "links.save"
  | "key.add"
  | "key.change"
  | "key.remove"
  | "key.wake"
  | "token.add"
  | "token.remove"
  | "bucket.ensure"
  | "bucket.import"
  | "bucket.merge"
  | "bucket.erase"
  | "file.add"
  | "file.replace"
  | "file.change"
  | "file.remove";

/** Tells that a change was made, and why; `id` is one that lull gave or knows, never merely what was asked for. */
export type Changed = (action: ChangeAction, id?: string, why?: string | null) => void;

export interface OwnRequest<Whose extends string | null = string> {
  /** Whose things it is about; null: the system's, or anybody's. */
  userId: Whose;
  /** An admin is believed; what users say of themselves has to be proven or confirmed. */
  by: "admin" | "user";
  /** Of the row in the address; empty where it names none. */
  rowId: string;
  query: Record<string, unknown>;
  request: Request;
  /** Null without a socket. */
  server: unknown;
  changed: Changed;
}

export type Verb<Whose extends string | null = string> = (asked: OwnRequest<Whose>) => Promise<Response>;

interface Context {
  /** Not there where the address has none. */
  params?: Record<string, string>;
  query: Record<string, unknown>;
  request: Request;
  server: unknown;
}

type Handler = (context: Context) => Promise<Response>;

/** How an admin asks, behind the admin's guard: `ofUser` about the user in the address, `ofAll` about nobody's or anybody's. */
export function askedByAdmin(changes: Changes) {
  const askedBy = ({ params, query, request, server }: Context) => ({
    rowId: params?.["rowId"] ?? "",
    by: "admin" as const,
    query,
    request,
    server,
    changed: changes.by(request, "admin.changed"),
  });
  const ofUser =
    (verb: Verb): Handler =>
    (context) =>
      verb({ userId: context.params?.["id"] ?? "", ...askedBy(context) });
  const ofAll =
    (verb: Verb<null>): Handler =>
    (context) =>
      verb({ userId: null, ...askedBy(context) });
  return { ofUser, ofAll };
}

export interface TokenDoor {
  guard: TokenGuard;
  changes: Changes;
  peerOf: (request: Request, server: unknown) => string | null;
}

/** How a program asks about the user in the address, or in what it sends. */
export function askedByService({ guard, changes, peerOf }: TokenDoor) {
  return (verb: Verb): Handler =>
    async ({ params, query, request, server }) => {
      await guard.check(request, peerOf(request, server), ["service", "admin"]);
      const { userId = "", fileId: rowId = "" } = params ?? {};
      const changed = changes.by(request, "service.changed");
      const answer = await verb({ userId, rowId, by: "admin", query, request, server, changed });
      await changes.write(request);
      return answer;
    };
}

/** How a user asks: the token says who it is, and nothing else can. */
export function askedByUser({ guard, changes, peerOf }: TokenDoor) {
  return (verb: Verb): Handler =>
    async ({ params, query, request, server }) => {
      const caller = await guard.check(request, peerOf(request, server), ["user"]);
      if (caller.scope !== "user") throw new AppError("forbidden", "This token is no user's.");
      const { userId } = caller;
      const changed = changes.by(request, "user.changed", { userId });
      const rowId = params?.["id"] ?? "";
      const answer = await verb({ userId, rowId, by: "user", query, request, server, changed });
      await changes.write(request);
      return answer;
    };
}
