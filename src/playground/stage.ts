// The playground's connection: its own Chatwoot in this process, with secrets that live as long as the process.
import type { Clock } from "../clock.ts";
import type { ConnectionSettings } from "../config.ts";
import type { SettingsStore } from "../db/store-settings.ts";
import type { Random } from "../random.ts";
import { PLAYGROUND_STAGE, PlaygroundChatwoot } from "./chatwoot.ts";
import { STAGE_ORIGIN } from "./samples.ts";
import { storedMessages } from "./insight.ts";

export const PLAYGROUND_CONNECTION = "playground";
/** Bytes of the secrets made at each start. */
const SECRET_BYTES = 32;

export interface PlaygroundConnection {
  chatwoot: PlaygroundChatwoot;
  settings: ConnectionSettings;
  webhookSecret: string;
}

export function openPlaygroundConnection(
  store: SettingsStore,
  clock: Clock,
  random: Random,
): PlaygroundConnection {
  const secret = (): string => Buffer.from(random.bytes(SECRET_BYTES)).toString("hex");
  const [token, webhookSecret] = [secret(), secret()];
  const chatwoot = new PlaygroundChatwoot({
    messages: storedMessages(store, () => clock.now()),
    token,
    clock,
  });
  const settings: ConnectionSettings = {
    name: PLAYGROUND_CONNECTION,
    // The address is only a name: its requests are handled in this process.
    chatwoot: {
      baseUrl: STAGE_ORIGIN,
      accountId: PLAYGROUND_STAGE.accountId,
      apiToken: token,
      userToken: null,
    },
    webhookSecret,
    webhookPathSecret: null,
    isPlayground: true,
  };
  return { chatwoot, settings, webhookSecret };
}
