// A store in a double of Google Cloud Storage, two handles on it, and a clock on which every wait is over at once.
import { generateKeyPairSync } from "node:crypto";
import type { Clock, Timer } from "../../src/clock.ts";
import { type GcsSettings, openGcsStore } from "../../src/storage/gcs.ts";
import { GcsDouble, type GcsDoubleOptions } from "../doubles/gcs.ts";
import { TEST_START } from "../harness/clock.ts";
import { seededRandom } from "../harness/random.ts";
import type { StoreScene } from "./scene.ts";

const KEYS = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const CLIENT_EMAIL = "lull@project-1.iam.gserviceaccount.com";
/** Longer timers are limits on an exchange: they do not run out here. */
const WAIT_MAX_MS = 20_000;

/** Stands still but for `ahead`, and remembers the waits it was asked for. */
export class ImpatientClock implements Clock {
  readonly waits: number[] = [];
  #aheadMs = 0;

  ahead(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return TEST_START + this.#aheadMs;
  }

  monotonic(): number {
    return this.#aheadMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    if (delayMs > WAIT_MAX_MS) return { cancel: () => undefined };
    this.waits.push(delayMs);
    const armed = setImmediate(fire);
    return { cancel: () => clearImmediate(armed) };
  }
}

export interface GcsScene extends StoreScene {
  gcs: GcsDouble;
  clock: ImpatientClock;
  settings: GcsSettings;
}

export async function openGcsScene(extra: Partial<GcsDoubleOptions> = {}): Promise<GcsScene> {
  const clock = new ImpatientClock();
  const { publicKey, privateKey } = KEYS;
  const gcs = await GcsDouble.open({
    account: { publicKey, clientEmail: CLIENT_EMAIL },
    place: "EU",
    now: () => clock.now(),
    ...extra,
  });
  const settings: GcsSettings = {
    projectId: "project-1",
    clientEmail: CLIENT_EMAIL,
    privateKey,
    privateKeyId: "key-1",
    location: "EU",
    apiEndpoint: gcs.url,
    tokenUrl: `${gcs.url}/token`,
  };
  return {
    gcs,
    clock,
    settings,
    store: openGcsStore(settings, { fetch, clock, random: seededRandom(1) }),
    second: openGcsStore(settings, { fetch, clock, random: seededRandom(2) }),
    [Symbol.asyncDispose]: () => gcs.close(),
  };
}
