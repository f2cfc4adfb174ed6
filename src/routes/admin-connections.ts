// The Chatwoots that lull serves, as an operator sees and changes them. Of a token the last four are shown, of a secret that
// there is one; those that stand in the environment are changed there.
import { Elysia } from "elysia";
import type { ConnectionChange, ConnectionKeeper } from "../chatwoot/connection-keeper.ts";
import type { Connection, Connections } from "../chatwoot/connections.ts";
import { type Clock, startDeadline } from "../clock.ts";
import { WEBHOOK_SECRET_LENGTH_MIN } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { found, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { type Fields, given, readFields, wrong } from "./fields.ts";
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

interface WithName {
  params: { name: string };
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]{1,500}$/;
const SECRET = /^[\x21-\x7e]{1,500}$/;
/** What stands in an address as it is. */
const PATH_SECRET = /^[\w.~-]{1,200}$/;
const MADE_SECRET_BYTES = 24;
const CHECK_MS = 20_000;
const SECRET_FIELDS = ["apiToken", "userToken", "webhookSecret", "pathSecret"];

export function connectionRoutes(deps: ConnectionDeps & Pick<ChangeDeps, "changed" | "changes">) {
  const { connections, keeper, changed, wake } = deps;
  const raw = { parse: "none" } as const;

  async function presentNamed(name: string): Promise<Record<string, unknown>> {
    return found((await presentAll(deps)).find((one) => one["name"] === name) ?? null, "connection");
  }

  const connection = settings(deps.changes)(
    async ({ params }: WithName & { request: Request }) => accept({ data: await presentNamed(params.name) }),
    async ({ params, request }) => {
      await keeper.change(params.name, await readChange(request));
      changed(request, "connection.change", params.name);
      return accept({ data: await presentNamed(params.name) });
    },
  );

  return new Elysia({ name: "admin-connections" })
    .get("/connections", async () => accept({ data: await presentAll(deps), nextCursor: null }))
    .get("/connections/:name", connection.show)
    .post(
      "/connections",
      async ({ request }) => {
        const { made, ...added } = await readAdded(request, deps);
        await keeper.add(added);
        changed(request, "connection.add", added.name);
        const webhook =
          made === null ? {} : { pathSecret: made, webhookUrl: addressOf(added.name, made, deps) };
        return accept({ data: { ...(await presentNamed(added.name)), ...webhook } });
      },
      raw,
    )
    .put("/connections/:name", connection.change, raw)
    .delete(
      "/connections/:name",
      async ({ params, request }: WithName & { request: Request }) => {
        await keeper.remove(params.name);
        changed(request, "connection.remove", params.name);
        // Whatever still waits for it is told so now.
        wake();
        return accept({ action: "removed" });
      },
      raw,
    )
    .post(
      "/connections/:name/check",
      async ({ params }: WithName) => {
        const connection = found(servedNamed(connections, params.name), "connection");
        const deadline = startDeadline(deps.clock, CHECK_MS);
        try {
          return accept({ data: { name: connection.name, ...(await connection.check(deadline.signal)) } });
        } finally {
          deadline.clear();
        }
      },
      raw,
    );
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

/** Its secrets cannot be opened: nothing is taken for it until they are entered again. */
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

/** `made`: the path secret that lull made, since Chatwoot's own was not given and there must be one. */
async function readAdded(request: Request, { random }: ConnectionDeps) {
  const fields = await readFields(request, ["name", "baseUrl", "accountId", ...SECRET_FIELDS]);
  const name = fields.needed("name", fields.raw("name"));
  if (!NAME.test(name)) throw wrong("name", "1 to 40 small letters, digits and dashes between them");
  const baseUrl = fields.needed("baseUrl", readBaseUrl(fields));
  const accountId = fields.needed("accountId", fields.whole("accountId", 1, Number.MAX_SAFE_INTEGER));
  const read = readSecrets(fields);
  const hasSecret = (read.webhookSecret ?? null) !== null || (read.pathSecret ?? null) !== null;
  const made = hasSecret ? null : Buffer.from(random.bytes(MADE_SECRET_BYTES)).toString("hex");
  const secrets = {
    apiToken: fields.needed("apiToken", read.apiToken),
    userToken: read.userToken ?? null,
    webhookSecret: read.webhookSecret ?? null,
    pathSecret: read.pathSecret ?? made,
  };
  return { name, baseUrl, accountId, secrets, made };
}

async function readChange(request: Request): Promise<ConnectionChange> {
  const fields = await readFields(request, ["baseUrl", ...SECRET_FIELDS]);
  const baseUrl = readBaseUrl(fields);
  if (baseUrl === null) throw new AppError("invalid_body", "baseUrl is needed.");
  return { ...given({ baseUrl }), secrets: readSecrets(fields) };
}

function readSecrets(fields: Fields) {
  return given({
    apiToken: readSecret(fields, "apiToken", TOKEN, 1),
    userToken: readSecret(fields, "userToken", TOKEN, 1),
    webhookSecret: readSecret(fields, "webhookSecret", SECRET, WEBHOOK_SECRET_LENGTH_MIN),
    pathSecret: readSecret(fields, "pathSecret", PATH_SECRET, WEBHOOK_SECRET_LENGTH_MIN),
  });
}

function readSecret(
  fields: Fields,
  name: string,
  rule: RegExp,
  lengthMin: number,
): string | null | undefined {
  const text = fields.raw(name);
  if (text === null || text === undefined) return text;
  if (text.length < lengthMin) throw wrong(name, `at least ${lengthMin} characters`);
  if (rule.test(text)) return text;
  throw wrong(
    name,
    rule === PATH_SECRET ? "letters, digits and any of - _ . ~" : "printable, without a space",
  );
}

/** As the environment's: without what follows the path, and no slash at its end. */
function readBaseUrl(fields: Fields): string | null | undefined {
  const text = fields.url("baseUrl");
  if (text === null || text === undefined) return text;
  const { origin, pathname, search, hash } = new URL(text);
  if (search !== "" || hash !== "") throw wrong("baseUrl", "an address without ? and #");
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
