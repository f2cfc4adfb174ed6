// How lull behaves in each inbox, as an operator sees and changes it. An inbox is named by its connection and by
// Chatwoot's own id of it: it may be set before its first message.
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import type { InboxPlace } from "../db/store-inboxes.ts";
import { writeHours } from "../inbox/hours-text.ts";
import type { Inboxes } from "../inbox/inboxes.ts";
import { patchSettings } from "../inbox/read-settings.ts";
import { found, present } from "./admin-lists.ts";
import type { ChangeDeps } from "./admin.ts";
import { accept } from "./answers.ts";
import { wrong } from "./fields.ts";
import { readJsonObject } from "./request-body.ts";

export interface InboxDeps {
  inboxes: Inboxes;
  connectionName: (key: number) => string | null;
}

export interface WithInbox {
  params: { connection: string; inboxId: string };
}

export function inboxHandlers(deps: ChangeDeps) {
  const { inboxes, store, now, changed } = deps;

  async function answer(place: InboxPlace): Promise<Response> {
    return accept({ data: await presentInbox(place, deps) });
  }

  return {
    list: async () => {
      const places = await store.seenInboxes();
      return accept({
        data: await Promise.all(places.map((place) => presentInbox(place, deps))),
        nextCursor: null,
      });
    },

    show: async ({ params }: WithInbox) => {
      const place = inboxPlace(params, deps);
      const seen = await store.seenInboxes();
      const isSeen = seen.some(
        ({ connectionKey, inboxId }) => connectionKey === place.connectionKey && inboxId === place.inboxId,
      );
      found(isSeen, "inbox");
      return answer(place);
    },

    change: async ({ params, request }: WithInbox & { request: Request }) => {
      const place = inboxPlace(params, deps);
      const patch = await readJsonObject(request, BODY_BYTES_MAX);
      const { id } = await inboxes.change(
        place.connectionKey,
        place.inboxId,
        (saved, modeDefault) => patchSettings(saved, patch, modeDefault),
        now(),
      );
      changed(request, "inbox.change", id);
      return answer(place);
    },
  };
}

/** The inbox that an address names. Throws AppError `not_found` for a connection that is none. */
export function inboxPlace(
  { connection, inboxId }: WithInbox["params"],
  { connectionNamed }: Pick<ChangeDeps, "connectionNamed">,
): InboxPlace {
  const { key: connectionKey } = found(connectionNamed(connection), "connection");
  const id = /^\d{1,15}$/.test(inboxId) ? Number(inboxId) : 0;
  if (id < 1) throw wrong("The inbox", "Chatwoot's own id of it, a whole number above 0");
  return { connectionKey, inboxId: id };
}

async function presentInbox(
  { connectionKey, inboxId }: InboxPlace,
  { inboxes, connectionName, store }: ChangeDeps,
): Promise<Record<string, unknown>> {
  const row = inboxes.row(connectionKey, inboxId);
  const settings = inboxes.of(connectionKey, inboxId);
  const saved = Object.keys(row?.settings ?? {});
  const [owner, ...others] = await store.lineOwners(connectionKey, { inboxId, phoneNumberId: null });
  const { createdAt = null, updatedAt = null } = row ?? {};
  return {
    id: row?.id ?? null,
    connection: connectionName(connectionKey),
    inboxId,
    // An inbox that several users say is theirs is nobody's.
    userId: others.length === 0 ? (owner ?? null) : null,
    settings: { ...settings, hours: settings.hours && writeHours(settings.hours) },
    defaults: Object.keys(settings).filter((part) => !saved.includes(part)),
    waits: inboxes.windowOf(connectionKey, inboxId),
    ...present({ createdAt, updatedAt }),
  };
}
