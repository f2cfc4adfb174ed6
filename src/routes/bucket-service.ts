// The bucket service for other programs, at the addresses that they know: whose bucket a user, a contact or a number has,
// made where there is none. Answered once the mapping stands, whatever the store of objects does.
import { Elysia } from "elysia";
import { BODY_BYTES_MAX } from "../chatwoot/body.ts";
import type { Bucket, BucketParty, BucketStore } from "../db/store-buckets.ts";
import type { Buckets } from "../storage/buckets.ts";
import { dialable, kindOf, type PartyNames } from "../storage/party.ts";
import type { Verification } from "../storage/verification.ts";
import { answerPage, found, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { Fields, wrong } from "./fields.ts";
import { type NamedPartyDeps, nobodyNamed, readNumber, readParty } from "./named-party.ts";
import { allowSilence } from "./patience.ts";
import { readJsonObject } from "./request-body.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface BucketServiceDeps extends NamedPartyDeps {
  guard: TokenGuard;
  peerOf: (request: Request, server: unknown) => string | null;
  newRequestId: () => string;
  store: NamedPartyDeps["store"] & Pick<BucketStore, "listBuckets" | "bucketRow" | "bucketRowOf">;
  buckets: Pick<Buckets, "of" | "ensure">;
  verification: Pick<Verification, "all" | "one">;
}

export const BUCKET_STATES: readonly string[] = ["creating", "ready", "retired"];
/** The store may have to be asked about every bucket. */
export const VERIFICATION_SECONDS = 240;

const TEXT_LENGTH_MAX = 200;

type Action = (fields: Fields, request: Request, server: unknown) => Promise<Response>;

export function bucketServiceRoutes(deps: BucketServiceDeps) {
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  const actions = actionsOf(deps);
  const act: Action = (fields, request, server) => {
    const action = actions.get(fields.line("action", TEXT_LENGTH_MAX) ?? "");
    if (action === undefined) throw wrong("action", `one of ${[...actions.keys()].join(", ")}`);
    return action(fields, request, server);
  };
  const at =
    (action: Action) =>
    async ({ request, server }: { request: Request; server: unknown }): Promise<Response> => {
      await deps.guard.check(request, deps.peerOf(request, server), ["service", "admin"]);
      return action(new Fields(await readJsonObject(request, BODY_BYTES_MAX)), request, server);
    };
  return new Elysia({ name: "bucket-service" }).post("/functions/v1/user-bucket-service", at(act), raw).post(
    "/functions/v1/create-user-bucket",
    at((fields) => createOfUser(fields, deps)),
    raw,
  );
}

function actionsOf(deps: BucketServiceDeps): ReadonlyMap<string, Action> {
  return new Map<string, Action>([
    ["identify-and-ensure-bucket", (fields) => identifyAndEnsure(fields, deps)],
    ["get-bucket", (fields) => lookUp(fields, deps)],
    ["list-buckets", (fields) => list(fields, deps)],
    ["verify-mapping", (fields, request, server) => verify(fields, request, server, deps)],
    ["normalize-number", (fields) => normalize(fields, deps)],
  ]);
}

async function identifyAndEnsure(fields: Fields, deps: BucketServiceDeps): Promise<Response> {
  const subjectId = deps.newRequestId();
  const { names, party } = await readParty(fields, subjectId, deps);
  const bucket = await deps.buckets.ensure(party, subjectId);
  if (bucket === null) throw nobodyNamed();
  return answerBucket({ ...bucket, party, names }, fields, deps);
}

async function createOfUser(fields: Fields, deps: BucketServiceDeps): Promise<Response> {
  fields.needed("userId", fields.line("userId", TEXT_LENGTH_MAX));
  return identifyAndEnsure(new Fields({ userId: fields.value("userId") }), deps);
}

/** Makes nothing. */
async function lookUp(fields: Fields, deps: BucketServiceDeps): Promise<Response> {
  const { names, party } = await readParty(fields, deps.newRequestId(), deps);
  const bucket = found(await deps.buckets.of(party), "bucket");
  return answerBucket({ ...bucket, isNew: false, party, names }, fields, deps);
}

async function list(fields: Fields, { store }: BucketServiceDeps): Promise<Response> {
  const query = {
    limit: fields.value("limit"),
    cursor: fields.value("cursor"),
    state: fields.value("state"),
  };
  return answerPage(await store.listBuckets(listQuery(query, BUCKET_STATES)), present);
}

async function verify(
  fields: Fields,
  request: Request,
  server: unknown,
  { store, verification }: BucketServiceDeps,
): Promise<Response> {
  allowSilence(server, request, VERIFICATION_SECONDS);
  const userId = fields.line("userId", TEXT_LENGTH_MAX) ?? null;
  const bucketName = fields.line("bucketName", TEXT_LENGTH_MAX) ?? null;
  if (userId === null && bucketName === null) return accept({ data: await verification.all(request.signal) });
  const row = userId === null ? await store.bucketRow(bucketName ?? "") : await store.bucketRowOf(userId);
  const { name } = found(row, "bucket");
  return accept({ data: await verification.one(String(name), request.signal) });
}

async function normalize(fields: Fields, { country }: BucketServiceDeps): Promise<Response> {
  const number = fields.needed("whatsappNumber", readNumber(fields));
  const whatsappNumber = fields.value("whatsappNumber");
  const data = {
    whatsappNumber,
    normalizedNumber: dialable(number, country),
    kind: kindOf(number, country),
  };
  return accept({ data });
}

function answerBucket(
  { name, state, isNew, party, names }: Bucket & { isNew: boolean; party: BucketParty; names: PartyNames },
  fields: Fields,
  { country }: BucketServiceDeps,
): Response {
  return accept({
    data: {
      userId: party.userId,
      contactId: party.contactRef,
      bucketName: name,
      isNewBucket: isNew,
      whatsappNumber: fields.value("whatsappNumber") ?? null,
      normalizedNumber: names.number === null ? null : dialable(names.number, country),
      bucketState: state,
    },
  });
}
