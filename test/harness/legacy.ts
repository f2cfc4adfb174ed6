// A test app that takes over from an older system, and that system's double.
import { LEGACY_URL, LegacyDouble } from "../doubles/legacy.ts";
import { openTestApp, type TestApp, type TestAppOptions, WEBHOOK_SECRET } from "./app.ts";
import { ManualClock } from "./clock.ts";

export const LEGACY_SILENCE_MS = 30_000;
/** How long a customer has to be quiet before their conversation changes sides: the longest wait and the silence. */
export const QUIET_MS = 120_000 + 30_000;

export interface Takeover extends AsyncDisposable {
  app: TestApp;
  legacy: LegacyDouble;
  /** The share of conversations that lull answers from now on. */
  setPercent: (rolloutPercent: number) => Promise<void>;
}

/** Opens it with this share of conversations on lull's side. */
export async function openTakeover(rolloutPercent: number, options: TestAppOptions = {}): Promise<Takeover> {
  const clock = new ManualClock();
  const legacy: LegacyDouble = new LegacyDouble({
    clock,
    secret: WEBHOOK_SECRET,
    silenceMs: LEGACY_SILENCE_MS,
    say: async (conversationId, text) =>
      void (await app.deliver(app.chatwoot.humanSays(conversationId, text))),
  });
  const env = {
    LEGACY_WEBHOOK_URL: LEGACY_URL,
    MESSAGE_BUFFER_DURATION_MS: "30000",
    MAX_BUFFER_AGE_MS: "120000",
    ...options.env,
  };
  const app = await openTestApp({ ...options, env, clock, fetch: legacy.fetch });
  const setPercent = async (percent: number): Promise<void> => {
    const { status } = await app.admin("PUT", "/flags/message_buffering", {
      enabled: true,
      rolloutPercent: percent,
    });
    if (status !== 200) throw new Error(`the share could not be set: ${status}`);
  };
  await setPercent(rolloutPercent);
  return {
    app,
    legacy,
    setPercent,
    async [Symbol.asyncDispose]() {
      legacy.stop();
      await app[Symbol.asyncDispose]();
      if (legacy.violations.length > 0) throw new Error(legacy.violations.join("; "));
    },
  };
}
