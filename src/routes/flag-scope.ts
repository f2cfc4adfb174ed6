// For whom a flag is set, as a text: all, one connection by its name, or one user by their id.
import type { FlagScope } from "../db/store-flags.ts";
import type { UserStore } from "../db/store-users.ts";
import { AppError, type ErrorCode } from "../errors.ts";

export interface ScopeDeps {
  store: Pick<UserStore, "user">;
  connectionNamed: (name: string) => { key: number } | null;
}

/** Throws AppError `code` naming the field where it is no scope, or nobody's. */
export async function readScope(
  scope: unknown,
  code: Extract<ErrorCode, "invalid_body" | "invalid_query">,
  { store, connectionNamed }: ScopeDeps,
): Promise<FlagScope> {
  if (scope === "all") return { kind: "all" };
  const [, kind, name = ""] = (typeof scope === "string" && SCOPE.exec(scope)) || [];
  if (kind === "connection") {
    const connection = connectionNamed(name);
    if (connection === null) throw new AppError(code, "scope must name a connection that lull serves.");
    return { kind, connectionKey: connection.key };
  }
  if (kind === "user") {
    if ((await store.user(name)) === null) throw new AppError(code, "scope must name a user that is there.");
    return { kind, userId: name };
  }
  throw new AppError(code, "scope must be all, connection:<name> or user:<id>.");
}

const SCOPE = /^(connection|user):(.{1,200})$/;
