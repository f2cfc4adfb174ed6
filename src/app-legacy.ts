// The part of the composition root that hands over to an older system, where there is one: whose a conversation is, and
// the relay of what is the older one's.
import type { Base } from "./app.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { Config } from "./config.ts";
import type { SideRules } from "./db/store-legacy.ts";
import { LegacyRelay } from "./delivery/legacy-relay.ts";
import type { Inboxes } from "./inbox/inboxes.ts";
import type { Flags } from "./upkeep/flags.ts";

export interface Legacy {
  /** Null, as the relay is: there is no older system. */
  sides: SideRules | null;
  relay: LegacyRelay | null;
  /** Whether the older system has the conversation: lull neither buffers nor answers what is said there. */
  isLegacy(connectionKey: number, conversationId: number): Promise<boolean>;
}

export function wireLegacy(
  config: Config,
  { store, clock, random, log, metrics, fetchOutside: fetch }: Base,
  flags: Flags,
  inboxes: Inboxes,
  connections: Connections,
): Legacy {
  const url = config.upkeep.legacyWebhookUrl;
  if (url === null) return { sides: null, relay: null, isLegacy: () => Promise.resolve(false) };
  const sides = sidesBy(flags, inboxes, connections);
  const pollMs = config.sweepMs;
  return {
    sides,
    relay: new LegacyRelay({ store, clock, random, log, metrics, fetch, url, pollMs }),
    isLegacy: async (connectionKey, conversationId) =>
      (await store.sideOf(connectionKey, conversationId, sides, clock.now())) === "legacy",
  };
}

/** The playground is lull's own stage. */
function sidesBy(flags: Flags, inboxes: Inboxes, connections: Connections): SideRules {
  return {
    wanted(subject) {
      const key = subject.connectionKey ?? 0;
      if (connections.withKey(key)?.isPlayground === true) return "lull";
      const isOut =
        subject.conversationId === null
          ? flags.leavesSome("message_buffering", key)
          : flags.stateOf("message_buffering", subject) === "outside";
      return isOut ? "legacy" : "lull";
    },
    quietMs({ connectionKey, inboxId }) {
      const { ageMaxMs, silenceMs } = inboxes.windowOf(connectionKey, inboxId);
      return ageMaxMs + silenceMs;
    },
  };
}
