// A test app that keeps its objects in the double of Google Cloud Storage, over sockets, under the test's own clock.
import { openGcsStore } from "../../src/storage/gcs.ts";
import { GcsDouble } from "../doubles/gcs.ts";
import { openHeld } from "../doubles/gcs-held.ts";
import { openTestApp, type TestApp } from "./app.ts";
import { ManualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

export interface GoogleApp extends AsyncDisposable {
  app: TestApp;
  gcs: GcsDouble;
}

/** What Google allows: one new bucket of a project in two seconds. */
const BUCKET_GAP_MS = 2_000;
const PROJECT = "project-1";

/** `options` are those of the app; the double asks for no token. */
export async function openGoogleApp(options: Parameters<typeof openTestApp>[0] = {}): Promise<GoogleApp> {
  const clock = new ManualClock();
  const gcs = await GcsDouble.open({ account: null, now: () => clock.now(), bucketGapMs: BUCKET_GAP_MS });
  const settings = {
    projectId: PROJECT,
    clientEmail: "",
    privateKey: "",
    privateKeyId: null,
    location: null,
    apiEndpoint: gcs.url,
    tokenUrl: null,
  };
  const objects = openHeld({ gcs, clock, hold: () => clock.hold() }, (held) =>
    openGcsStore(settings, { fetch, clock: held, random: seededRandom(2) }),
  );
  const app = await openTestApp({ ...options, clock, objects });
  return {
    app,
    gcs,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await gcs.close();
    },
  };
}

/** A bucket of our project that lull did not make. */
export function addOurBucket(gcs: GcsDouble, name: string, labels: Record<string, string> = {}): void {
  gcs.addBucket(name, { project: PROJECT, labels, isOpen: true });
}
