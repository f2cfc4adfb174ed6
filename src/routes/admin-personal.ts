// One person's data, a contact's or a user's: all of it as a ZIP, its erasure, and the receipts of those.
import { Elysia } from "elysia";
import { DEFAULT_CONNECTION } from "../config.ts";
import type { Person } from "../db/store-erasures.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import type { Backups } from "../upkeep/backups.ts";
import type { Erasures } from "../upkeep/erasures.ts";
import { answerPage, found, listQuery, present, refuseUnknown } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { sendArchive } from "./archive-answer.ts";
import type { OwnDeps } from "./own.ts";
import type { Changes } from "./changes.ts";
import { askedByAdmin, type OwnRequest } from "./own-request.ts";

export interface PersonalDeps extends Pick<OwnDeps, "store" | "now" | "credentials" | "connectionNamed"> {
  erasures: Pick<Erasures, "erase">;
  backups: Backups;
  exportPerson: (person: Person, signal: AbortSignal) => ReadableStream<Uint8Array>;
  /** The bytes of an export ended in an error after its answer had begun. */
  personBroke: (error: unknown) => void;
}

const STATES = ["running", "done"];
/** What an erasure does not reach, and who can. */
const REMAINS = [
  "Chatwoot keeps its own copy: delete the contact there, too.",
  "Backups hold them until newer ones take their place: those that still do are named here.",
];

/** The guard stands before these, too: the admin's routes take them in. */
export function personalRoutes(deps: PersonalDeps & { changes: Changes }) {
  const { ofUser, ofAll } = askedByAdmin(deps.changes);
  const { exportUser, exportContact, eraseUser, eraseContact, list, show } = personalVerbs(deps);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-personal" })
    .get("/users/:id/export", ofUser(exportUser))
    .delete("/users/:id", ofUser(eraseUser), raw)
    .get("/contacts/:rowId/export", ofAll(exportContact))
    .delete("/contacts/:rowId", ofAll(eraseContact), raw)
    .get("/erasures", ofAll(list))
    .get("/erasures/:rowId", ofAll(show));
}

function personalVerbs(deps: PersonalDeps) {
  const { store, erasures, connectionNamed } = deps;

  const shown = (row: Row) => presentErasure(row, deps.backups);

  /** A misspelt connection must not pass for the environment's: it would be somebody else there. */
  function contactIn({ rowId, query }: OwnRequest<null>): Person {
    refuseUnknown(query, ["connection"]);
    const contactId = /^\d{1,15}$/.test(rowId) ? Number(rowId) : null;
    if (contactId === null)
      throw new AppError("invalid_query", "A contact is named by Chatwoot's number of it.");
    const name = query["connection"] ?? DEFAULT_CONNECTION;
    const connection = typeof name === "string" ? connectionNamed(name) : null;
    if (connection === null) throw new AppError("not_found", "There is no such connection.");
    return { kind: "contact", connectionKey: connection.key, contactId };
  }

  async function sendAll(person: Person, fileName: string, { request, server }: OwnRequest<string | null>) {
    const [first = ""] = store.personalKinds(person);
    const isKnown = (await store.personalRows(person, first, Number.MIN_SAFE_INTEGER, 1)).length > 0;
    found(isKnown, person.kind);
    const archive = deps.exportPerson(person, request.signal);
    return sendArchive({ archive, fileName, brokeOff: deps.personBroke }, request, server);
  }

  async function erase(person: Person): Promise<Response> {
    const id = found(await erasures.erase(person), person.kind);
    return accept({ action: "removed", data: shown(found(await store.erasure(id), "erasure")) });
  }

  async function removeUser(userId: string): Promise<Response> {
    found(await store.deleteUser(userId, deps.now()), "user");
    deps.credentials.forget();
    return accept({ action: "removed" });
  }

  return {
    exportUser: (asked: OwnRequest) => {
      const { userId } = asked;
      return sendAll({ kind: "user", userId }, `user-${userId.replaceAll(/[^\w-]/g, "")}.zip`, asked);
    },

    exportContact: (asked: OwnRequest<null>) =>
      sendAll(contactIn(asked), `contact-${Number(asked.rowId)}.zip`, asked),

    /** With `objects=keep` what is in their bucket is left to the operator. */
    eraseUser: async ({ userId, query, changed }: OwnRequest) => {
      refuseUnknown(query, ["objects"]);
      const { objects = "erase" } = query;
      if (objects !== "erase" && objects !== "keep")
        throw new AppError("invalid_query", "objects must be one of erase, keep.");
      const answer = objects === "keep" ? await removeUser(userId) : await erase({ kind: "user", userId });
      changed("user.delete", userId);
      return answer;
    },

    eraseContact: async (asked: OwnRequest<null>) => {
      const answer = await erase(contactIn(asked));
      asked.changed("contact.erase", asked.rowId);
      return answer;
    },

    list: async ({ query }: OwnRequest<null>) =>
      answerPage(await store.listErasures(listQuery(query, STATES)), shown),

    show: async ({ rowId }: OwnRequest<null>) =>
      accept({ data: shown(found(await store.erasure(rowId), "erasure")) }),
  };
}

/** With the backups that were made before and are kept still. */
function presentErasure(row: Row, backups: Backups): Record<string, unknown> {
  const { counts, ...receipt } = present(row);
  const holding = backups
    .list()
    .filter(({ createdAt }) => createdAt <= Number(row["createdAt"]))
    .map(({ id, createdAt }) => ({ id, createdAt: new Date(createdAt).toISOString() }));
  return { ...receipt, counts: JSON.parse(String(counts)) as unknown, remains: REMAINS, backups: holding };
}
