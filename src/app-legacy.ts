// The part of the composition root that hands over to an older system, where there is one: whose a conversation is, and
// the relay of what is the older one's.
import type { Base } from "./app.ts";
import type { Connections } from "./chatwoot/connections.ts";
import type { Config } from "./config.ts";
import type { SideRules } from "./db/store-legacy.ts";
import type { IntakeRules } from "./db/store-intake.ts";
import type { Store } from "./db/store.ts";
import { LegacyRelay } from "./delivery/legacy-relay.ts";
import type { Inboxes } from "./inbox/inboxes.ts";
import type { Log } from "./log.ts";
import type { Flags } from "./upkeep/flags.ts";

export interface Legacy {
  sides(): IntakeRules["sides"];
  /** Null: there is no older system. */
  relay: LegacyRelay | null;
  /** Whether the older system has the conversation: lull neither buffers nor answers what is said there. */
  isLegacy(connectionKey: number, conversationId: number): Promise<boolean>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function wireLegacy(
  config: Config,
  { store, clock, random, log, metrics, fetchOutside: fetch }: Base,
  flags: Flags,
  inboxes: Inboxes,
  connections: Connections,
): Legacy {
  const url = config.upkeep.legacyWebhookUrl;
  if (url === null) return withoutLegacy(store, log);
  const sides = sidesBy(flags, inboxes, connections);
  const relay = new LegacyRelay({ store, clock, random, log, metrics, fetch, url, pollMs: config.sweepMs });
  return {
    sides: () => sides,
    relay,
    isLegacy: async (connectionKey, conversationId) =>
      (await store.sideOf(connectionKey, conversationId, sides, clock.now())) === "legacy",
    start: () => Promise.resolve(relay.start()),
    stop: () => relay.stop(),
  };
}

/** What an older system had once is not answered again by lull; where there never was one, nothing is looked up. */
function withoutLegacy(store: Store, log: Log): Legacy {
  let sides: "gone" | null = null;
  return {
    sides: () => sides,
    relay: null,
    isLegacy: () => Promise.resolve(false),
    async start() {
      sides = (await store.hasForwards()) ? "gone" : null;
      if (sides === null) return;
      const { waiting } = (await store.forwardFigures(0)).byState;
      if (waiting === 0) return;
      const fix =
        "Set LEGACY_WEBHOOK_URL again until nothing waits, or give these up: POST /admin/forwards/give-up.";
      log.event("warning", "legacy.left_waiting", { count: waiting, fix });
    },
    stop: () => Promise.resolve(),
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
