// The WhatsApp numbers of a user: an admin says whose they are, a user claims one and proves it by a code.
import { accept } from "./answers.ts";
import { found, present } from "./admin-lists.ts";
import type { OwnRequest } from "./own-request.ts";
import { readFields } from "./fields.ts";
import { connectionKeyIn, type OwnDeps } from "./own.ts";
import { storedNumber } from "../identity/numbers.ts";

export function numberVerbs(deps: OwnDeps) {
  const { store, country, claims, now } = deps;

  async function rowOf(userId: string, id: string) {
    return found((await store.mappings(userId))?.find((row) => row["id"] === id) ?? null, "number");
  }

  return {
    list: async ({ userId }: OwnRequest) => {
      const rows = found(await store.mappings(userId), "user");
      return accept({ data: rows.map(present), nextCursor: null });
    },

    /** An admin's word: the number is the user's, proven unless it is said otherwise. */
    add: async ({ userId, by, request, changed }: OwnRequest) => {
      const fields = await readFields(request, ["number", "verified", "exact", "connection"]);
      const isExact = fields.flag("exact") ?? false;
      const isVerified = fields.flag("verified") ?? true;
      const number = storedNumber(fields.needed("number", fields.raw("number")), { country, isExact });
      const connectionKey = (await connectionKeyIn(fields, { userId, by }, deps)) ?? null;
      const mapping = { userId, connectionKey, number, isVerified, source: "admin" } as const;
      const id = found(await store.addMapping(mapping, null, now()), "user");
      changed("number.add", id);
      return accept({ data: present(await rowOf(userId, id)) });
    },

    /** A user's word: it counts once the code was sent from that WhatsApp. */
    claim: async ({ userId, by, request, changed }: OwnRequest, instruction: string) => {
      const fields = await readFields(request, ["number", "connection"]);
      const raw = fields.needed("number", fields.raw("number"));
      const connectionKey = (await connectionKeyIn(fields, { userId, by }, deps)) ?? null;
      const { id, code, expiresAt } = await claims.claim(userId, raw, connectionKey);
      changed("number.claim", id);
      return accept({ data: { id, code, expiresAt: new Date(expiresAt).toISOString(), instruction } });
    },

    remove: async ({ userId, rowId, changed }: OwnRequest) => {
      found(await store.removeMapping(userId, rowId), "number");
      changed("number.remove", rowId);
      return accept({ action: "removed" });
    },
  };
}
