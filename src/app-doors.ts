// The doors of the composition root: the playground and the routes, one function a door, wired to the services.
import type { Base } from "./app.ts";
import type { People } from "./app-identity.ts";
import { dataThings } from "./app-data.ts";
import { keptThings } from "./app-kept.ts";
import type { Services } from "./app-services.ts";
import type { Storage } from "./app-storage.ts";
import type { Upkeep } from "./app-upkeep.ts";
import type { ConnectionKeeper } from "./chatwoot/connection-keeper.ts";
import type { Connection, Connections } from "./chatwoot/connections.ts";
import { HOUR_MS } from "./clock.ts";
import { type Config, DEFAULT_CONNECTION } from "./config.ts";
import type { Claimant } from "./db/store.ts";
import type { Inboxes } from "./inbox/inboxes.ts";
import { PLAYGROUND_STAGE } from "./playground/chatwoot.ts";
import { readInsight } from "./playground/insight.ts";
import { Playground } from "./playground/playground.ts";
import { PLAYGROUND_CONNECTION, type PlaygroundConnection } from "./playground/stage.ts";
import { explainIdentity, type Inquiry } from "./identity/explain.ts";
import type { AdminDeps } from "./routes/admin.ts";
import type { BucketServiceDeps } from "./routes/bucket-service.ts";
import { isLocalPage } from "./routes/caller.ts";
import type { BufferFunctionDeps } from "./routes/buffer-functions.ts";
import type { ChatRoutesDeps } from "./routes/chat.ts";
import { EventStreams } from "./routes/event-streams.ts";
import type { HealthDeps } from "./routes/health.ts";
import type { IdentityRoutesDeps } from "./routes/identity.ts";
import type { KnowledgeRoutesDeps } from "./routes/knowledge.ts";
import type { MeDeps } from "./routes/me.ts";
import type { OwnDeps } from "./routes/own.ts";
import type { OwnFilesDeps } from "./routes/own-files.ts";
import type { NotificationRoutesDeps } from "./routes/notifications.ts";
import type { PlaygroundRoutesDeps } from "./routes/playground.ts";
import { Repeats } from "./routes/repeats.ts";
import { openServer, type Server, socketPeer } from "./routes/server.ts";
import { Changes } from "./routes/changes.ts";
import { TokenGuard } from "./routes/token-guard.ts";
import type { WebhookDeps } from "./routes/webhook.ts";
import type { AdminToken } from "./upkeep/admin-token.ts";
import { readFigures } from "./upkeep/figures.ts";
import type { Flags } from "./upkeep/flags.ts";
import { readLegacyFigures } from "./upkeep/legacy-figures.ts";
import { ConversationTallies } from "./upkeep/conversation-tallies.ts";
import { measureGauges } from "./upkeep/gauges.ts";
import type { Readiness } from "./upkeep/readiness.ts";
import type { Uptime } from "./upkeep/uptime.ts";
import type { Sealer } from "./sealing.ts";
import { VERSION } from "./version.ts";

export interface Wired {
  flags: Flags;
  inboxes: Inboxes;
  connections: Connections;
  keeper: ConnectionKeeper;
  services: Services;
  storage: Storage;
  upkeep: Upkeep;
  people: People;
  sealer: Sealer;
  claimant: Claimant;
  readiness: Readiness;
  uptime: Uptime;
  stage: PlaygroundConnection;
  adminToken: AdminToken;
}

export type Doors = ReturnType<typeof wireDoors>;

/** What every door stands on. */
interface House extends Wired {
  config: Config;
  base: Base;
  guard: TokenGuard;
  changes: Changes;
  repeats: Repeats;
  eventStreams: EventStreams;
}

/**
 * All routes, and the playground that comes in by them. `handleLocal` answers those who come by lull's own socket, as
 * an admin and without a token.
 */
export function wireDoors(config: Config, base: Base, wired: Wired) {
  const { store, clock, random, log, metrics } = base;
  const guard = new TokenGuard({ clock, store, tokenHash: () => wired.adminToken.hash });
  const changes = new Changes({ guard, store, log, now: () => clock.now() });
  const { boot } = wired.claimant;
  const repeats = new Repeats({ guard, store, sealer: wired.sealer, boot, now: () => clock.now() });
  const eventStreams = new EventStreams({ store, clock });
  const house: House = { ...wired, config, base, guard, changes, repeats, eventStreams };
  const playground = openPlayground(house, (request) => server.handle(request));
  const server: Server = openServer({
    changes,
    repeats,
    log,
    metrics,
    monotonic: () => clock.monotonic(),
    newRequestId: () => random.uuid(clock.now()),
    webhook: webhookDoor(house),
    admin: adminDoor(house),
    me: meDoor(house),
    identity: identityDoor(house),
    chat: chatDoor(house),
    buckets: bucketDoor(house),
    bufferFunctions: bufferFunctionDoor(house),
    knowledge: knowledgeDoor(house),
    notifications: notificationDoor(house),
    health: healthDoor(house),
    playground: playgroundDoor(house, playground),
  });
  function handleLocal(request: Request): Promise<Response> {
    guard.trust(request);
    return server.handle(request);
  }
  return { server, handleLocal, playground, eventStreams };
}

/** The playground over its own Chatwoot; `deliver` leads to the daemon's own webhook route. */
function openPlayground(house: House, deliver: (request: Request) => Promise<Response>): Playground {
  const { store, wall, clock, random, restart } = house.base;
  const { buffers } = house.services;
  const insight = () => insightOf(house);
  const answerNow = async (): Promise<void> => {
    const { buffer } = await insight();
    if (buffer !== null) buffers.rearm(await store.hastenBuffer(buffer.id, clock.now()));
  };
  const resume = async (): Promise<void> => {
    const { conversationId } = PLAYGROUND_STAGE;
    await store.resumeConversation(stageKeyOf(house), conversationId, clock.now());
  };
  const { chatwoot, webhookSecret } = house.stage;
  return new Playground({
    chatwoot,
    webhookSecret,
    deliver,
    insight,
    restart,
    answerNow,
    resume,
    clock: wall,
    random,
  });
}

function stageKeyOf({ connections }: House): number {
  return connections.named(PLAYGROUND_CONNECTION)?.key ?? 0;
}

function insightOf(house: House) {
  const { base, flags, inboxes, people } = house;
  const stageKey = stageKeyOf(house);
  return readInsight(
    base.store,
    stageKey,
    PLAYGROUND_STAGE.conversationId,
    {
      responder: people.responder.provider,
      model: people.responder.model,
      bootedAt: new Date(base.bootedAt).toISOString(),
      pid: process.pid,
      ...inboxes.windowOf(stageKey, null),
      isProcessingOn: flags.isProcessingOn(),
    },
    base.clock.now(),
  );
}

function webhookDoor({ base, config, connections, services }: House): WebhookDeps {
  const { wall, log, metrics } = base;
  return {
    clock: wall,
    log,
    metrics,
    peerOf: socketPeer,
    channels: config.channels,
    isPublic: config.publicUrl !== null,
    connection: (name) => connections.named(name),
    note: (line) => services.webhookLog.note(line),
    hasLegacy: services.legacy.relay !== null,
    receive: (intake, bytes) => services.buffers.receive(intake, bytes),
  };
}

function bufferFunctionDoor(house: House): BufferFunctionDeps {
  const { base, guard, connections, services } = house;
  const { store, clock, metrics } = base;
  return {
    ...webhookDoor(house),
    guard,
    changes: house.changes,
    store,
    now: () => clock.now(),
    connection: (name) => servedConnection(connections, name),
    processDue: (signal) => services.dueWork.process(signal),
    countSilence: (reason) => metrics.silences.inc({ reason }),
  };
}

function adminDoor(house: House): AdminDeps {
  const { base, config, flags, guard, services, inboxes, connections, keeper, people } = house;
  const { store, clock, log, metrics, random, bootedAt } = base;
  const { buffers, worker, errands, relay, legacy } = services;
  return {
    changes: house.changes,
    eventStreams: house.eventStreams,
    repeats: house.repeats,
    ...ownThings(house),
    ...inquiries(house),
    ...keptThings(house),
    ...dataThings(house),
    ...ownFiles(house),
    ...house.upkeep,
    inboxes,
    failedJobs: services.failedJobs,
    reprocessing: services.reprocessing,
    rearm: (armed) => buffers.rearm(armed),
    silenceNow: services.silenceNow,
    countSilence: (reason) => metrics.silences.inc({ reason }),
    connectionName: (key) => connections.nameOf(key),
    connections,
    keeper,
    clock,
    publicUrl: config.publicUrl,
    flags,
    modelTable: people.modelTable,
    log,
    random,
    guard,
    peerOf: socketPeer,
    figures: async (hours) => ({
      ...(await readFigures({ store, metrics, uptime: house.uptime }, hours, clock.now())),
      legacy: await readLegacyFigures(store, clock.now() - hours * HOUR_MS),
    }),
    wake: () => [buffers, worker, relay, errands, legacy.relay].forEach((service) => service?.wake()),
    facts: () => ({
      version: VERSION,
      bootedAt: new Date(bootedAt).toISOString(),
      isProcessingOn: flags.isProcessingOn(),
    }),
  };
}

function meDoor(house: House): MeDeps {
  const { guard, changes, config } = house;
  const door = { guard, changes, peerOf: socketPeer };
  return { ...ownThings(house), ...ownFiles(house), ...door, locale: config.locale };
}

function identityDoor(house: House): IdentityRoutesDeps {
  return { ...inquiries(house), guard: house.guard, peerOf: socketPeer };
}

/** What a user's own things stand on, be it an admin or the user who asks. */
function ownThings({ base, connections, people }: House): OwnDeps {
  const { store, clock } = base;
  const { country, credentials, claims } = people;
  const connectionNamed = (name: string) => connections.named(name);
  return { store, now: () => clock.now(), country, connectionNamed, credentials, claims };
}

/** What it takes to say whom an address names. */
function inquiries({ connections, people: { country, resolver } }: House) {
  const connectionNamed = (name: string) => connections.named(name);
  return { country, connectionNamed, explain: (asked: Inquiry) => explainIdentity(asked, resolver) };
}

function bucketDoor({ base, guard, connections, people, storage }: House): BucketServiceDeps {
  const { store, random, clock } = base;
  const { country, resolver } = people;
  const { buckets, verification } = storage;
  return {
    guard,
    peerOf: socketPeer,
    newRequestId: () => random.uuid(clock.now()),
    country,
    connectionNamed: (name) => servedConnection(connections, name),
    store,
    resolver,
    buckets,
    verification,
  };
}

function knowledgeDoor(house: House): KnowledgeRoutesDeps {
  const { guard, changes } = house;
  return { ...ownFiles(house), guard, changes, peerOf: socketPeer };
}

function notificationDoor({ base, guard, connections, people, services }: House): NotificationRoutesDeps {
  return {
    guard,
    peerOf: socketPeer,
    store: base.store,
    country: people.country,
    connectionNamed: (name) => servedConnection(connections, name),
    notifications: services.notifications,
  };
}

function ownFiles({ base, storage }: House): OwnFilesDeps {
  const downloadBroke = (error: unknown, fileId: string) =>
    base.log.failure("file.download_broke", error, { fileId });
  return { files: storage.files, downloadBroke };
}

function chatDoor({ base, config, guard, connections, people }: House): ChatRoutesDeps {
  const { log, random, clock } = base;
  return {
    guard,
    log,
    peerOf: socketPeer,
    newRequestId: () => random.uuid(clock.now()),
    locale: config.locale,
    connectionKey: (name) => servedConnection(connections, name ?? DEFAULT_CONNECTION)?.key ?? null,
    answer: (message, signal) => people.chat.answer(message, signal),
  };
}

/** The playground is a stage, not a Chatwoot that anybody is served by. */
function servedConnection(connections: Connections, name: string): Connection | null {
  const connection = connections.named(name);
  return connection?.isPlayground === true ? null : connection;
}

function healthDoor({ base, flags, readiness }: House): HealthDeps {
  const { store, metrics, clock, bootedAt } = base;
  const tallies = new ConversationTallies(store, metrics, bootedAt);
  return {
    metrics,
    checkReady: () => readiness.check(),
    measure: () => measureGauges({ store, flags, tallies, metrics }, clock.now()),
  };
}

function playgroundDoor({ config, guard }: House, playground: Playground): PlaygroundRoutesDeps {
  return {
    playground,
    peerOf: socketPeer,
    isAllowed: (request, peer) =>
      config.publicUrl === null ? isLocalPage(request, peer) : guard.isAdmin(request, peer),
  };
}
