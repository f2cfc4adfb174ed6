// What a request says of a connection that is to be added or changed. A secret is never repeated, only its rule told.
import type { AddedConnection, ConnectionChange } from "../chatwoot/connection-keeper.ts";
import { WEBHOOK_SECRET_LENGTH_MIN } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Random } from "../random.ts";
import { type Fields, given, readFields, wrong } from "./fields.ts";

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]{1,500}$/;
/** What stands in an address as it is. */
const PATH_SECRET = /^[\w.~-]{1,200}$/;
const MADE_SECRET_BYTES = 24;
const SECRET_FIELDS = ["apiToken", "userToken", "webhookSecret", "pathSecret"];

/**
 * `made` is the path secret that lull made, since there must be one and Chatwoot's own was not given; null where it was.
 * Throws AppError `invalid_body` naming the first field that is wrong.
 */
export async function readAdded(
  request: Request,
  random: Random,
): Promise<{ added: AddedConnection; made: string | null }> {
  const fields = await readFields(request, ["name", "baseUrl", "accountId", ...SECRET_FIELDS]);
  const name = fields.needed("name", fields.raw("name"));
  if (!NAME.test(name)) throw wrong("name", "1 to 40 small letters, digits and dashes between them");
  const baseUrl = fields.needed("baseUrl", readBaseUrl(fields));
  const accountId = fields.needed("accountId", fields.whole("accountId", 1, Number.MAX_SAFE_INTEGER));
  const { apiToken, userToken = null, webhookSecret = null, pathSecret = null } = readSecrets(fields);
  const made = webhookSecret === null && pathSecret === null ? makeSecret(random) : null;
  const secrets = {
    apiToken: fields.needed("apiToken", apiToken),
    userToken,
    webhookSecret,
    pathSecret: pathSecret ?? made,
  };
  return { added: { name, baseUrl, accountId, secrets }, made };
}

/** What is left out is left out: null takes a secret away. */
export async function readChange(request: Request): Promise<ConnectionChange> {
  const fields = await readFields(request, ["baseUrl", ...SECRET_FIELDS]);
  const baseUrl = readBaseUrl(fields);
  if (baseUrl === null) throw new AppError("invalid_body", "baseUrl is needed.");
  return { ...given({ baseUrl }), secrets: readSecrets(fields) };
}

function readSecrets(fields: Fields) {
  return given({
    apiToken: readSecret(fields, "apiToken", TOKEN, 1),
    userToken: readSecret(fields, "userToken", TOKEN, 1),
    webhookSecret: readSecret(fields, "webhookSecret", TOKEN, WEBHOOK_SECRET_LENGTH_MIN),
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

function makeSecret(random: Random): string {
  return Buffer.from(random.bytes(MADE_SECRET_BYTES)).toString("hex");
}
