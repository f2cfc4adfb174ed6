// The one composition root: builds every service from the configuration, starts them in order, stops them in reverse.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { GROQ_MODEL_DEFAULT, GROQ_SPEECH_MODEL_DEFAULT, openGroqModel, openGroqSpeech } from "./ai/groq.ts";
import { offlineModel } from "./ai/offline.ts";
import {
  OPENAI_MODEL_DEFAULT,
  OPENAI_SPEECH_MODEL_DEFAULT,
  openOpenAiModel,
  openOpenAiSpeech,
} from "./ai/openai.ts";
import { NO_TRACING, type Tracing } from "./ai/traces.ts";
import { type Doors, wireDoors } from "./app-doors.ts";
import { type Models, wirePeople } from "./app-identity.ts";
import { openWorker } from "./app-knowledge.ts";
import { type Services, wireServices } from "./app-services.ts";
import { type Storage, wireStorage } from "./app-storage.ts";
import { type Upkeep, wireUpkeep } from "./app-upkeep.ts";
import { type ChatwootCall, openChatwootClient } from "./chatwoot/client.ts";
import { ConnectionKeeper } from "./chatwoot/connection-keeper.ts";
import { type OpenChatwoot, openConnections } from "./chatwoot/connections.ts";
import { type Clock, SteadyClock, systemClock, telling } from "./clock.ts";
import type { Config } from "./config.ts";
import { type InstanceLock, takeLock } from "./db/lock.ts";
import { databaseFiles } from "./db/files.ts";
import { SCHEMA_VERSION } from "./db/open.ts";
import { observedStore } from "./db/observed.ts";
import { openSqliteStore } from "./db/sqlite.ts";
import type { Claimant, Store } from "./db/store.ts";
import { nextLookAt } from "./delivery/schedule.ts";
import { AppError } from "./errors.ts";
import type { Country } from "./identity/phone.ts";
import { Inboxes } from "./inbox/inboxes.ts";
import { KnowledgeSearch } from "./knowledge/search.ts";
import type { Log } from "./log.ts";
import { openDownloads } from "./media/downloads.ts";
import type { Network } from "./media/network.ts";
import { systemNetwork } from "./media/system-network.ts";
import { openMetrics } from "./metrics.ts";
import { withSamples } from "./playground/samples.ts";
import { openPlaygroundConnection } from "./playground/stage.ts";
import { type Random, systemRandom } from "./random.ts";
import { closePort, openPort } from "./routes/port.ts";
import { type LocalSocket, openSocket } from "./routes/socket.ts";
import { openDiskStore } from "./storage/disk.ts";
import type { ObjectStore } from "./storage/objects.ts";
import { observed } from "./storage/observed.ts";
import { CRASH_ATTEMPTS_MAX } from "./turn/retry.ts";
import { ensureAdminToken } from "./upkeep/admin-token.ts";
import { Flags } from "./upkeep/flags.ts";
import { type DatabaseAsker, databaseThread } from "./upkeep/database-thread.ts";
import { ensureInstanceId } from "./upkeep/instance.ts";
import { BackupFiles } from "./upkeep/backup-files.ts";
import { ensureSealer, knownSealer, opensCanary } from "./upkeep/master-key.ts";
import { findBackup, restoreBackup, type Restored } from "./upkeep/restore.ts";
import { Readiness } from "./upkeep/readiness.ts";
import { ClockSkews } from "./upkeep/clock-skews.ts";
import { type DiskSpace, spaceOf } from "./upkeep/disk-space.ts";
import { Uptime } from "./upkeep/uptime.ts";
import { COMMIT, VERSION } from "./version.ts";

export { checkDatabase } from "./db/check.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What the outside world gives; a test gives its own. */
export interface Surroundings {
  log: Log;
  clock?: Clock;
  random?: Random;
  fetch?: Fetch;
  /** The store in the data folder, unless a test or a benchmark wraps it. */
  openStore?: (path: string, random: Random) => Store;
  /** The object store of the settings, unless a test has its own. */
  openObjects?: () => ObjectStore;
  /** By which attachments are fetched. */
  network?: Network;
  /** Keeps other processes off the data folder. */
  takeLock?: (path: string) => InstanceLock;
  /** Ends this process and starts it anew: the playground's button. */
  restart?: () => void;
  /** Works on whole database files: a thread. */
  database?: DatabaseAsker;
  /** The room on the disk of a folder; null where the system does not tell. */
  diskSpace?: (folder: string) => DiskSpace | null;
  /** Whose wall clock schedules go by: the machine's, which TZ sets. */
  timeZone?: string;
}

export interface App {
  /** Answers a request without a socket, as the port would. */
  handle(request: Request): Promise<Response>;
  /** The same for a request by lull's own socket: an admin's, without a token. */
  handleLocal(request: Request): Promise<Response>;
  /** Gives back what a dead process held, restores timers, starts the services. */
  start(): Promise<void>;
  /** Opens the port, and the socket in the data folder; gives the port's address. Throws AppError `bad_config` when it cannot be had. */
  listen(): Promise<string>;
  /** Closes both, ends the services in reverse, closes the store. May be called twice. */
  stop(): Promise<void>;
  /** The admin token, when it was made at this start. */
  readonly madeAdminToken: string | null;
}

/** Builds the app over its data folder (made when it is not there). Nothing runs before `start`. */
export async function openApp(config: Config, surroundings: Surroundings): Promise<App> {
  makeDataFolder(config.dataDir);
  const lock = (surroundings.takeLock ?? takeLock)(join(config.dataDir, "lull.lock"));
  let base: Base | null = null;
  try {
    base = openBase(config, surroundings, await openTraces(config, surroundings));
    return await compose(config, base, lock);
  } catch (error) {
    await base?.store.close();
    lock.release();
    throw error;
  }
}

/**
 * Puts a backup (its id, its file, or `latest`) in the place of the database. Throws AppError `second_instance` while a lull runs
 * on the data folder, `not_found`, or `conflict` when lull could not go on with it.
 */
export function restore({ dataDir, masterKey: given }: Config, named: string, now: number): Restored {
  makeDataFolder(dataDir);
  const lock = takeLock(join(dataDir, "lull.lock"));
  try {
    const backups = new BackupFiles(join(dataDir, "backups"));
    const sealer = knownSealer({ given, dataDir, random: systemRandom() });
    const opensWithKey = (canary: string): boolean => sealer !== null && opensCanary(sealer, canary);
    const from = findBackup(named, backups.list(), (file) => backups.pathOf(file));
    return restoreBackup(from, {
      dataDir,
      inspect: (path) => databaseFiles.inspect(path),
      schemaVersion: SCHEMA_VERSION,
      opensWithKey,
      now,
    });
  } finally {
    lock.release();
  }
}

async function compose(config: Config, base: Base, lock: InstanceLock): Promise<App> {
  const { store, random, log, bootedAt } = base;
  log.event("info", "boot.opened", { version: VERSION });
  const rekeyed = await store.rekeyNumbers(bootedAt);
  if (rekeyed > 0) log.event("info", "boot.rekeyed", { rows: rekeyed });
  const flags = new Flags(store, config.lockedFlags);
  await flags.load(bootedAt);
  const claimant = { instance: await ensureInstanceId(store, random, bootedAt), boot: random.uuid(bootedAt) };

  const stage = openPlaygroundConnection(store, base.wall, random);
  const openChatwoot = chatwootOpener(base, (url, init) => stage.chatwoot.handle(new Request(url, init)));
  const settings = [...config.connections, stage.settings];
  const connections = await openConnections(settings, store, openChatwoot, bootedAt);
  const sealing = { given: config.masterKey, dataDir: config.dataDir, store, random, now: bootedAt };
  const sealer = await ensureSealer(sealing);
  const keeper = new ConnectionKeeper({ ...base, sealer, connections, openChatwoot });
  await keeper.load();
  // After all that may refuse a first start: a token that was made is shown by that start alone.
  const adminToken = await ensureAdminToken(store, config.adminToken, random, bootedAt);
  const knowledge = new KnowledgeSearch({
    store,
    log,
    isKnowledgeOn: (subject) => flags.isOn("knowledge_base", subject),
  });
  const people = wirePeople(config, base, sealer, connections, openModels(config, base), knowledge);
  await people.modelTable.load();
  const inboxes = openInboxes(config, store, people.country);
  await inboxes.load();
  const services = wireServices(config, base, claimant, flags, inboxes, connections, people);
  const storage = wireStorage(config, base, {
    instance: claimant.instance,
    people,
    connections,
    objects: observed(await openObjectStore(config, base), base.metrics, base.clock),
  });
  const upkeep = wireUpkeep(config, base, {
    claimant,
    services,
    connections,
    sealer,
    schemaVersion: SCHEMA_VERSION,
  });
  await upkeep.scheduler.load(bootedAt);
  const readiness = new Readiness(base.clock, (now) => store.ping(now));
  const uptime = new Uptime(base);
  const doors = wireDoors(config, base, {
    flags,
    inboxes,
    connections,
    keeper,
    services,
    storage,
    upkeep,
    people,
    sealer,
    claimant,
    readiness,
    uptime,
    stage,
    adminToken,
  });
  return runnable(config, base, {
    lock,
    claimant,
    services,
    storage,
    upkeep,
    readiness,
    uptime,
    doors,
    madeAdminToken: adminToken.made,
  });
}

/** What stands once everything is wired. */
interface House {
  lock: InstanceLock;
  claimant: Claimant;
  services: Services;
  storage: Storage;
  upkeep: Upkeep;
  readiness: Readiness;
  uptime: Uptime;
  doors: Doors;
  madeAdminToken: string | null;
}

/** Starts in order, stops in reverse. */
function runnable(config: Config, base: Base, house: House): App {
  const { log, clock } = base;
  const { services, storage, upkeep, readiness, uptime, doors, madeAdminToken } = house;
  const { server, handleLocal } = doors;
  let socket: LocalSocket | null = null;

  async function start(): Promise<void> {
    await rescue(config, base, house);
    await services.legacy.start();
    await services.buffers.start();
    log.event("info", "boot.restored");
    services.worker.start();
    services.relay.start();
    services.errands.start();
    for (const service of storage.services) service.start();
    upkeep.scheduler.start();
    upkeep.teller?.start();
    uptime.start();
    readiness.setOpen(true);
    warnOfUnsigned(config, log);
    log.event("info", "boot.started");
  }

  async function listen(): Promise<string> {
    await readiness.check();
    const address = openPort(server, config);
    socket = openSocket({ dataDir: config.dataDir, log, clock, handle: handleLocal });
    log.event("info", "boot.listening", { address });
    return address;
  }

  async function stopAll(): Promise<void> {
    readiness.setOpen(false);
    doors.eventStreams.stop();
    await Promise.all([closePort(server, clock), socket?.close()]);
    await stopServices(house);
    await base.tracing.stop();
    await base.store.close();
    house.lock.release();
    log.event("info", "boot.stopped");
  }

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= stopAll());
  return { handle: (request) => server.handle(request), handleLocal, start, listen, stop, madeAdminToken };
}

/** Gives back what a dead process held. */
async function rescue(
  { sendSettleMs }: Config,
  { store, clock, log }: Base,
  { claimant, services, storage }: House,
): Promise<void> {
  const now = clock.now();
  const turns = await store.rescueTurns(claimant, CRASH_ATTEMPTS_MAX, now, services.failureRules(now));
  const lookDelayMs = nextLookAt(now, 0, sendSettleMs, now) - now;
  const deliveries = await store.rescueDeliveries(claimant, lookDelayMs, now);
  const lostCalls = await store.settleLostUsage(now);
  const emptied = await store.sweepDeletedUsers(now);
  const interruptedRuns = await store.interruptRuns(claimant, now);
  await services.attachmentFiles.clear();
  const spoolLeftovers = await storage.sweep.sweep(Number.POSITIVE_INFINITY);
  log.event("info", "boot.rescued", {
    ...turns,
    deliveries,
    lostCalls,
    emptied,
    interruptedRuns,
    spoolLeftovers,
  });
}

/** Whoever may still hand on work ends before the one it hands it to: an armed deadline would outlive the store. */
async function stopServices({ services, storage, upkeep, uptime, doors }: House): Promise<void> {
  await upkeep.scheduler.stop();
  await upkeep.teller?.stop();
  await uptime.stop();
  await Promise.all(storage.services.map((service) => service.stop()));
  await doors.playground.settled();
  await services.relay.stop();
  await services.worker.stop();
  await services.errands.stop();
  await services.legacy.stop();
  await services.typing.stop();
  await services.buffers.stop();
  await doors.playground.settled();
  await services.webhookLog.stop();
}

export type Base = ReturnType<typeof openBase>;

/**
 * What everything stands on: time, chance, network, log, figures, and the store. `clock` is the rows' time;
 * `wall` is for signatures, which are made and judged by the time that others have, too.
 */
function openBase(config: Config, surroundings: Surroundings, tracing: Tracing) {
  const { log, clock: given = systemClock(), random = systemRandom(), restart = () => {} } = surroundings;
  const { fetch: fetchOutside = (url, init) => fetch(url, init), openStore = openSqliteFile } = surroundings;
  const { openObjects, network = systemNetwork() } = surroundings;
  const { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = surroundings;
  const { database = databaseThread(openWorker), diskSpace = spaceOf } = surroundings;
  const metrics = openMetrics(VERSION, COMMIT);
  const wall = telling(given, (lateMs) => metrics.loopLag.observe(lateMs / 1000));
  const clock = new SteadyClock(wall);
  const bootedAt = clock.now();
  metrics.startedSeconds.set(bootedAt / 1000);
  const store = observedStore(openStore(join(config.dataDir, "lull.db"), random), metrics, clock);
  return {
    log,
    wall,
    clock,
    random,
    restart,
    fetchOutside,
    openObjects,
    downloads: withSamples(openDownloads({ clock, network, mediaHosts: config.mediaHosts }), clock),
    bootedAt,
    timeZone,
    database,
    diskSpace,
    clockSkews: new ClockSkews(),
    tracing,
    store,
    metrics,
  };
}

/** Loaded where it is needed, as Google's SDK is. */
async function openTraces(
  { upkeep: { tracing } }: Config,
  { log, clock = systemClock() }: Surroundings,
): Promise<Tracing> {
  if (tracing === null) return NO_TRACING;
  const { openTracing } = await import("./ai/tracing.ts");
  return openTracing(tracing, { log, clock });
}

/** Opens the Chatwoot of a connection; the playground's is in this process. */
function chatwootOpener(
  { fetchOutside, clock, wall, metrics, clockSkews }: Base,
  fetchStage: Fetch,
): OpenChatwoot {
  const observer = (connection: string) => (call: ChatwootCall) => {
    const { method, route, statusClass: status_class, durationMs, dateAt } = call;
    metrics.chatwootRequests.inc({ method, route, status_class });
    metrics.chatwootSeconds.observe({ method, route }, durationMs / 1000);
    if (dateAt !== null) clockSkews.note(connection, dateAt, wall.now());
  };
  return ({ name, chatwoot, isPlayground }) =>
    chatwoot &&
    openChatwootClient({
      ...chatwoot,
      fetch: isPlayground ? fetchStage : fetchOutside,
      clock,
      observe: observer(name),
    });
}

/** How lull behaves in each inbox. */
function openInboxes(
  { inboxMode: modeDefault, silenceMs, ageMaxMs, sizeMax }: Config,
  store: Store,
  country: Country,
): Inboxes {
  return new Inboxes({ store, modeDefault, windowDefault: { silenceMs, ageMaxMs, sizeMax }, country });
}

/** Models are opened under one key each time anew: two tenants never share a client. */
function openModels({ providers, transcription }: Config, { fetchOutside }: Base): Models {
  // The SDKs call with an address and its options, never with a Request.
  const fetch = (url: unknown, init?: RequestInit) => fetchOutside(String(url), init ?? {});
  return {
    open({ provider, ...settings }) {
      const deps = { ...settings, baseUrl: providers[provider].baseUrl, fetch };
      return provider === "groq" ? openGroqModel(deps) : openOpenAiModel(deps);
    },
    openSpeech({ provider, ...settings }) {
      const deps = { ...settings, baseUrl: providers[provider].baseUrl, fetch };
      return provider === "groq" ? openGroqSpeech(deps) : openOpenAiSpeech(deps);
    },
    speech: {
      groq: transcription.model ?? GROQ_SPEECH_MODEL_DEFAULT,
      openai: transcription.model ?? OPENAI_SPEECH_MODEL_DEFAULT,
    },
    defaults: {
      groq: providers.groq.model ?? GROQ_MODEL_DEFAULT,
      openai: providers.openai.model ?? OPENAI_MODEL_DEFAULT,
    },
    offline: offlineModel(),
  };
}

/** Nothing is sent or written by opening it. */
async function openObjectStore(
  { storage: { google }, dataDir }: Config,
  { openObjects, fetchOutside, clock, random }: Base,
): Promise<ObjectStore> {
  if (openObjects !== undefined) return openObjects();
  if (google === null) return openDiskStore({ folder: join(dataDir, "objects"), clock, random });
  // Loaded where it is needed: Google's SDK takes a quarter of a start, and most have no Google.
  const { openGcsStore } = await import("./storage/gcs.ts");
  return openGcsStore({ ...google, tokenUrl: null }, { fetch: fetchOutside, clock, random });
}

function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError("bad_config", `The data folder ${path} cannot be made.`, {
      fix: "Set LULL_DATA_DIR to a folder that lull's user may write in.",
      cause,
    });
  }
}

/** Without a secret any program on this machine is believed, and whatever a careless proxy passes on looks like one. */
function warnOfUnsigned({ connections }: Config, log: Log): void {
  for (const { name, chatwoot, webhookSecret, webhookPathSecret } of connections) {
    if (chatwoot === null || webhookSecret !== null || webhookPathSecret !== null) continue;
    const fix = "Set CHATWOOT_WEBHOOK_SECRET, and LULL_PUBLIC_URL when lull stands behind a proxy.";
    log.event("warning", "boot.unsigned", { connection: name, fix });
  }
}

function openSqliteFile(path: string, random: Random): Store {
  return openSqliteStore({ path, random });
}
