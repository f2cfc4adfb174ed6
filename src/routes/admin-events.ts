// What happens, as it happens: GET /admin/events.
import { Elysia } from "elysia";
import { AppError } from "../errors.ts";
import { refuseUnknown, type WithQuery } from "./admin-lists.ts";
import type { EventStreams } from "./event-streams.ts";
import { given } from "./fields.ts";
import { NAME_LENGTH_MAX, PLACE_FILTERS, readPlace } from "./list-filters.ts";
import { QueryFields } from "./query-fields.ts";

export interface EventDeps {
  eventStreams: Pick<EventStreams, "open">;
}

const FIELDS = [...PLACE_FILTERS, "name", "lastEventId"];

/** The guard stands before these, too: the admin's routes take them in. */
export function eventRoutes({ eventStreams }: EventDeps) {
  return new Elysia({ name: "admin-events" }).get(
    "/events",
    ({ query, request, server }: WithQuery & { request: Request; server: unknown }) => {
      const lastEventId = readLastEventId(query, request);
      return eventStreams.open({ lastEventId, filter: readFilter(query) }, request, server);
    },
  );
}

function readFilter(query: WithQuery["query"]) {
  refuseUnknown(query, FIELDS);
  const fields = new QueryFields(query);
  const name = fields.line("name", NAME_LENGTH_MAX) ?? undefined;
  return { ...readPlace(fields), ...given({ name }) };
}

/** A browser that comes back says it in the header, whatever still stands in the address. */
function readLastEventId(query: WithQuery["query"], { headers }: Request): number | null {
  const lastEventId = headers.get("last-event-id") ?? query["lastEventId"];
  if (lastEventId === undefined || lastEventId === "") return null;
  if (typeof lastEventId === "string" && /^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw new AppError("invalid_query", "Last-Event-ID must be the id of an event.");
}
