// The doors of the composition root: the playground and the routes, wired to the services that app.ts opened.
import type { Base, Services } from "./app.ts";
import type { People } from "./app-identity.ts";
import type { Connections } from "./chatwoot/connections.ts";
import { type Config, DEFAULT_CONNECTION } from "./config.ts";
import { PLAYGROUND_STAGE } from "./playground/chatwoot.ts";
import { readInsight } from "./playground/insight.ts";
import { Playground } from "./playground/playground.ts";
import { PLAYGROUND_CONNECTION, type PlaygroundConnection } from "./playground/stage.ts";
import { explainIdentity, type Inquiry } from "./identity/explain.ts";
import { isLocalPage } from "./routes/caller.ts";
import { openServer, socketPeer } from "./routes/server.ts";
import { TokenGuard } from "./routes/token-guard.ts";
import type { AdminToken } from "./upkeep/admin-token.ts";
import { readFigures } from "./upkeep/figures.ts";
import type { Flags } from "./upkeep/flags.ts";
import { measureGauges } from "./upkeep/gauges.ts";
import type { Readiness } from "./upkeep/readiness.ts";
import { VERSION } from "./version.ts";

/** The playground over its own Chatwoot; `deliver` leads to the daemon's own webhook route. */
export function wirePlayground(
  { store, wall, clock, random, restart, bootedAt }: Base,
  flags: Flags,
  connections: Connections,
  { buffers, limits }: Services,
  { responder }: People,
  stage: PlaygroundConnection,
  deliver: (request: Request) => Promise<Response>,
): Playground {
  const stageKey = connections.named(PLAYGROUND_CONNECTION)?.key ?? 0;
  const daemon = {
    responder: responder.provider,
    model: responder.model,
    bootedAt: new Date(bootedAt).toISOString(),
    pid: process.pid,
    ...limits,
  };
  const insight = () =>
    readInsight(store, stageKey, PLAYGROUND_STAGE.conversationId, {
      ...daemon,
      isProcessingOn: flags.isProcessingOn(),
    });
  const answerNow = async (): Promise<void> => {
    const { buffer } = await insight();
    if (buffer !== null) buffers.rearm(await store.hastenBuffer(buffer.id, clock.now()));
  };
  const { chatwoot, webhookSecret } = stage;
  return new Playground({
    chatwoot,
    webhookSecret,
    deliver,
    insight,
    restart,
    answerNow,
    clock: wall,
    random,
  });
}

/** The playground is a stage, not a Chatwoot that anybody is served by. */
function servedKey(connections: Connections, name: string): number | null {
  const connection = connections.named(name);
  return connection === null || connection.isPlayground ? null : connection.key;
}

export interface Wired {
  flags: Flags;
  connections: Connections;
  services: Services;
  people: People;
  readiness: Readiness;
  playground: Playground;
  adminToken: AdminToken;
}

/** All routes with what they need; `handleLocal` answers those who come by lull's own socket, as an admin and without a token. */
export function wireServer(config: Config, base: Base, wired: Wired) {
  const { store, wall, clock, random, log, metrics, bootedAt } = base;
  const { flags, connections, services, people, readiness, playground, adminToken } = wired;
  const { buffers, worker, relay } = services;
  const guard = new TokenGuard({ clock, store, tokenHash: () => adminToken.hash });
  const peerOf = socketPeer;
  const newRequestId = (): string => random.uuid(clock.now());
  const connectionNamed = (name: string) => connections.named(name);
  const { country, credentials, claims } = people;
  const own = { store, now: () => clock.now(), country, connectionNamed, credentials, claims };
  const inquiry = {
    country,
    connectionNamed,
    explain: (asked: Inquiry) => explainIdentity(asked, people.resolver),
  };
  const server = openServer({
    log,
    metrics,
    monotonic: () => clock.monotonic(),
    newRequestId,
    webhook: {
      clock: wall,
      log,
      metrics,
      peerOf,
      channels: config.channels,
      isPublic: config.publicUrl !== null,
      connection: (name) => connections.named(name),
      isBuffering: () => flags.isOn("message_buffering"),
      receive: (intake, bytes) => buffers.receive(intake, bytes),
    },
    admin: {
      ...own,
      ...inquiry,
      flags,
      log,
      random,
      guard,
      peerOf,
      figures: (hours) => readFigures(store, hours, clock.now()),
      wake: () => [buffers, worker, relay].forEach((service) => service.wake()),
      facts: () => ({
        version: VERSION,
        bootedAt: new Date(bootedAt).toISOString(),
        isProcessingOn: flags.isProcessingOn(),
      }),
    },
    me: { ...own, guard, log, peerOf, locale: config.locale },
    identity: { ...inquiry, guard, peerOf },
    chat: {
      guard,
      log,
      peerOf,
      newRequestId,
      locale: config.locale,
      connectionKey: (name) => servedKey(connections, name ?? DEFAULT_CONNECTION),
      answer: (message, signal) => people.chat.answer(message, signal),
    },
    health: {
      metrics,
      checkReady: () => readiness.check(),
      measure: () => measureGauges(store, flags, metrics, clock.now()),
    },
    playground: {
      playground,
      peerOf,
      isAllowed: (request, peer) =>
        config.publicUrl === null ? isLocalPage(request, peer) : guard.isAdmin(request, peer),
    },
  });
  function handleLocal(request: Request): Promise<Response> {
    guard.trust(request);
    return server.handle(request);
  }
  return { server, handleLocal };
}
