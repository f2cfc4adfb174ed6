// The Chatwoots that lull serves, as an operator sees and changes them. Of a token the last four are shown, of a secret that
// there is one; those that stand in the environment are changed there.
import { Elysia } from "elysia";
import type { ConnectionKeeper } from "../chatwoot/connection-keeper.ts";
import type { Connection, Connections } from "../chatwoot/connections.ts";
import { type Clock, startDeadline } from "../clock.ts";
import type { Random } from "../random.ts";
import { found, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { readAdded, readChange } from "./connection-body.ts";
import type { ChangeDeps } from "./admin.ts";
import { settings } from "./settings.ts";

export interface ConnectionDeps {
  connections: Connections;
  keeper: Pick<ConnectionKeeper, "list" | "add" | "change" | "remove">;
  clock: Clock;
  random: Random;
  /** Where lull is reached from outside; null: it is not said. */
  publicUrl: string | null;
  /** Work may have become due, or undue. */
  wake: () => void;
}

type ConnectionRoutesDeps = ConnectionDeps & Pick<ChangeDeps, "changed" | "changes">;

interface WithName {
  params: { name: string };
}

interface WithRequest {
  request: Request;
}

const CHECK_MS = 20_000;

/** The guard stands before these, too: the admin's routes take them in. */
export function connectionRoutes(deps: ConnectionRoutesDeps) {
  const connections = connectionHandlers(deps);
  const { show, change } = settings(deps.changes)(connections.show, connections.change);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-connections" })
    .get("/connections", connections.list)
    .get("/connections/:name", show)
    .post("/connections", connections.add, raw)
    .put("/connections/:name", change, raw)
    .delete("/connections/:name", connections.remove, raw)
    .post("/connections/:name/check", connections.check, raw);
}

function connectionHandlers(deps: ConnectionRoutesDeps) {
  const { keeper, random, changed, wake } = deps;

  async function presentNamed(name: string): Promise<Record<string, unknown>> {
    return found((await presentAll(deps)).find((one) => one["name"] === name) ?? null, "connection");
  }

  return {
    list: async () => accept({ data: await presentAll(deps), nextCursor: null }),

    show: async ({ params }: WithName & WithRequest) => accept({ data: await presentNamed(params.name) }),

    add: async ({ request }: WithRequest) => {
      const { added, made } = await readAdded(request, random);
      await keeper.add(added);
      changed(request, "connection.add", added.name);
      const once = made === null ? {} : { pathSecret: made, webhookUrl: addressOf(added.name, made, deps) };
      return accept({ data: { ...(await presentNamed(added.name)), ...once } });
    },

    change: async ({ params, request }: WithName & WithRequest) => {
      await keeper.change(params.name, await readChange(request));
      changed(request, "connection.change", params.name);
      return accept({ data: await presentNamed(params.name) });
    },

    remove: async ({ params, request }: WithName & WithRequest) => {
      await keeper.remove(params.name);
      changed(request, "connection.remove", params.name);
      // Whatever still waits for it is told so now.
      wake();
      return accept({ action: "removed" });
    },

    check: async ({ params }: WithName) => {
      const { name, check } = found(servedNamed(deps.connections, params.name), "connection");
      const deadline = startDeadline(deps.clock, CHECK_MS);
      try {
        return accept({ data: { name, ...(await check(deadline.signal)) } });
      } finally {
        deadline.clear();
      }
    },
  };
}

/** The environment's, then those that were added; the playground is a stage, and no Chatwoot. */
async function presentAll(deps: ConnectionDeps): Promise<Record<string, unknown>[]> {
  const rows = await deps.keeper.list();
  const locked = deps.connections.all().filter(({ isLocked, isPlayground }) => isLocked && !isPlayground);
  return [
    ...locked.map((connection) => ({ ...presentServed(connection, deps), createdAt: null, updatedAt: null })),
    ...rows.map(({ name, baseUrl, accountId, createdAt, updatedAt }) => {
      const served = servedNamed(deps.connections, name);
      const shown = served === null ? presentUnserved(name, deps) : presentServed(served, deps);
      return { ...shown, baseUrl, accountId, ...present({ createdAt, updatedAt }) };
    }),
  ];
}

function presentServed(connection: Connection, deps: ConnectionDeps): Record<string, unknown> {
  const { name, chatwootUrl: baseUrl, accountId, secret, pathSecret, isLocked, lastFours } = connection;
  return {
    name,
    baseUrl,
    accountId,
    apiTokenLastFour: lastFours.apiToken,
    userTokenLastFour: lastFours.userToken,
    hasWebhookSecret: secret !== null,
    hasPathSecret: pathSecret !== null,
    isLocked,
    isServed: true,
    webhookUrl: addressOf(name, null, deps),
  };
}

/** Its secrets cannot be opened, or the environment has its account: nothing is taken for it. */
function presentUnserved(name: string, deps: ConnectionDeps): Record<string, unknown> {
  const unknown = {
    apiTokenLastFour: null,
    userTokenLastFour: null,
    hasWebhookSecret: false,
    hasPathSecret: false,
  };
  return { name, ...unknown, isLocked: false, isServed: false, webhookUrl: addressOf(name, null, deps) };
}

/** Where its Chatwoot sends webhooks; with a secret in it only where that is shown, once. */
function addressOf(name: string, pathSecret: string | null, { publicUrl }: ConnectionDeps): string {
  const path = pathSecret === null ? name : `${name}/${pathSecret}`;
  return `${publicUrl ?? ""}/webhooks/chatwoot/${path}`;
}

function servedNamed(connections: Connections, name: string): Connection | null {
  const connection = connections.named(name);
  return connection?.isPlayground === true ? null : connection;
}
