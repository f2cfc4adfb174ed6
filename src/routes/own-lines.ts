// The lines of users: inboxes and numbers that messages come in on. What a user says counts once an admin has confirmed it.
import type { LineConfig } from "../db/store-users.ts";
import { AppError } from "../errors.ts";
import { storedNumber } from "../identity/numbers.ts";
import { answerPage, found, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { type Fields, given, readFields } from "./fields.ts";
import { checkRoom, connectionKeyIn, homeConnectionKey, orConflict, type OwnDeps } from "./own.ts";

const ID_LENGTH_MAX = 100;
/** Lines that a user may add by themselves. */
const LINES_MAX = 20;
const NAMING = ["phoneNumberId", "inboxId", "phoneNumber", "connection"];

type Naming = Pick<LineConfig, "connectionKey" | "phoneNumberId" | "inboxId" | "number">;

export function lineVerbs(deps: OwnDeps) {
  const { store, country, now } = deps;

  /** What a body says of which line it is; what it leaves out is left out. */
  async function readNaming(
    fields: Fields,
    asked: Pick<OwnRequest<string | null>, "userId" | "by">,
  ): Promise<Partial<Naming>> {
    const raw = fields.raw("phoneNumber");
    return given({
      phoneNumberId: fields.line("phoneNumberId", ID_LENGTH_MAX),
      inboxId: fields.whole("inboxId", 1, Number.MAX_SAFE_INTEGER),
      number: typeof raw === "string" ? storedNumber(raw, { country, isExact: false }) : raw,
      connectionKey: await connectionKeyIn(fields, asked, deps),
    });
  }

  async function addFor(
    userId: string,
    fields: Fields,
    { by, changed }: OwnRequest<string | null>,
  ): Promise<Response> {
    const naming = await readNaming(fields, { userId, by });
    const none = { connectionKey: null, phoneNumberId: null, inboxId: null, number: null };
    const isActive = fields.flag("active") ?? true;
    const isVerified = by === "admin" && (fields.flag("verified") ?? true);
    const config = { userId, ...none, ...naming, isActive, isVerified };
    // An inbox is one connection's: its number means nothing in another.
    if (config.inboxId !== null) config.connectionKey ??= await homeConnectionKey(userId, deps);
    const id = found(await orConflict(store.addLineConfig(config, now()), namesNothing()), "user");
    changed("line.add", id);
    return accept({ data: { id, isActive, isVerified } });
  }

  return {
    listAll: async ({ query }: OwnRequest<null>) =>
      answerPage(await store.lineConfigs(null, listQuery(query, []))),

    list: async ({ userId, query }: OwnRequest) => {
      found(await store.user(userId), "user");
      return answerPage(await store.lineConfigs(userId, listQuery(query, [])));
    },

    show: async ({ userId, rowId }: OwnRequest<string | null>) =>
      accept({ data: present(found(await store.lineConfig(userId, rowId), "line")) }),

    /** For the user that the body names. */
    addForAny: async (asked: OwnRequest<null>) => {
      const fields = await readFields(asked.request, ["userId", ...NAMING, "active", "verified"]);
      return addFor(fields.needed("userId", fields.line("userId", ID_LENGTH_MAX)), fields, asked);
    },

    add: async (asked: OwnRequest) => {
      const { userId, by, request } = asked;
      const fields = await readFields(request, [
        ...NAMING,
        "active",
        ...(by === "admin" ? ["verified"] : []),
      ]);
      const { data } = await store.lineConfigs(userId, { limit: LINES_MAX, cursor: null, state: null });
      checkRoom(by, data.length, LINES_MAX, "lines");
      return addFor(userId, fields, asked);
    },

    /** Whatever a user says anew of which line it is has to be confirmed anew; switching it on and off has not. */
    change: async ({ userId, by, rowId, request, changed }: OwnRequest<string | null>) => {
      const fields = await readFields(request, [
        ...NAMING,
        "active",
        ...(by === "admin" ? ["verified"] : []),
      ]);
      const naming = await readNaming(fields, { userId, by });
      if (naming.inboxId && !naming.connectionKey) throw inboxOfNone();
      const isDoubted = by === "user" && Object.keys(naming).length > 0;
      const isVerified = isDoubted ? false : fields.flag("verified");
      const change = { ...naming, ...given({ isActive: fields.flag("active"), isVerified }) };
      const isChanged = await orConflict(
        store.changeLineConfig(userId, rowId, change, now()),
        namesNothing(),
      );
      found(isChanged, "line");
      changed("line.change", rowId);
      return accept({ action: "changed" });
    },

    remove: async ({ userId, rowId, changed }: OwnRequest<string | null>) => {
      found(await store.removeLineConfig(userId, rowId), "line");
      changed("line.remove", rowId);
      return accept({ action: "removed" });
    },
  };
}

function inboxOfNone(): AppError {
  return new AppError(
    "invalid_body",
    "connection is needed with inboxId: the same number is another inbox elsewhere.",
  );
}

function namesNothing(): AppError {
  return new AppError("invalid_body", "A line needs phoneNumberId, inboxId or phoneNumber.");
}
