// The inboxes of all connections: read once, kept in memory, since each webhook asks how its inbox behaves.
import type { ConversationFacts, SkipReason } from "../chatwoot/arrival.ts";
import { senderOf } from "../chatwoot/facts.ts";
import type { WindowLimits } from "../buffer/window.ts";
import type { InboxRow, InboxStore } from "../db/store-inboxes.ts";
import type { InboxMode } from "../config.ts";
import type { Sender } from "../identity/layers.ts";
import type { Country } from "../identity/phone.ts";
import type { SilenceReason } from "../turn/outcome.ts";
import { compileLists, type Lists } from "./lists.ts";
import { type InboxSettings, inboxSettings, type SavedInboxSettings } from "./settings.ts";

export interface InboxesDeps {
  store: InboxStore;
  /** Of inboxes that have no mode of their own. */
  modeDefault: InboxMode;
  /** The waits of inboxes that have none of their own. */
  windowDefault: WindowLimits;
  /** Of patterns of numbers that name none. */
  country: Country;
}

interface Kept {
  row: InboxRow;
  settings: InboxSettings;
  lists: Lists | null;
}

export class Inboxes {
  readonly #deps: InboxesDeps;
  readonly #defaults: InboxSettings;
  readonly #rows = new Map<string, Kept>();
  #changing: Promise<void> = Promise.resolve();

  constructor(deps: InboxesDeps) {
    this.#deps = deps;
    this.#defaults = inboxSettings({}, deps.modeDefault);
  }

  /** Reads what was saved. */
  async load(): Promise<void> {
    for (const row of await this.#deps.store.inboxes()) this.#keep(row);
  }

  /** How lull behaves there; an inbox that is not known behaves by default. */
  of(connectionKey: number, inboxId: number | null): InboxSettings {
    if (inboxId === null) return this.#defaults;
    return this.#rows.get(keyOf(connectionKey, inboxId))?.settings ?? this.#defaults;
  }

  /** Why a message that comes in there is not taken; null: it is. A sender without an address is judged at the turn. */
  refusal(connectionKey: number, facts: ConversationFacts): (SkipReason & SilenceReason) | null {
    const { mode, groups } = this.of(connectionKey, facts.inboxId);
    if (mode === "off") return "mode_off";
    if (facts.isGroup && groups === "ignore") return "group";
    const { contactPhone, contactSourceId, contactIdentifier } = facts;
    const hasAddress = (contactPhone ?? contactSourceId ?? contactIdentifier) !== null;
    return hasAddress && this.isBlocked(connectionKey, facts.inboxId, () => senderOf(facts))
      ? "blocklist"
      : null;
  }

  /** Whether the lists of the inbox keep a sender out; nobody is asked who it is where there are none. */
  isBlocked(connectionKey: number, inboxId: number | null, sender: () => Sender): boolean {
    const lists = inboxId === null ? null : this.#rows.get(keyOf(connectionKey, inboxId))?.lists;
    return lists?.isBlocked(sender()) ?? false;
  }

  /** How long it is waited there. */
  windowOf(connectionKey: number, inboxId: number | null): WindowLimits {
    const { silenceMs, ageMaxMs, sizeMax } = this.of(connectionKey, inboxId).window;
    const { windowDefault } = this.#deps;
    return {
      silenceMs: silenceMs ?? windowDefault.silenceMs,
      ageMaxMs: ageMaxMs ?? windowDefault.ageMaxMs,
      sizeMax: sizeMax ?? windowDefault.sizeMax,
    };
  }

  /** What was saved of one; null: nothing. */
  row(connectionKey: number, inboxId: number): InboxRow | null {
    return this.#rows.get(keyOf(connectionKey, inboxId))?.row ?? null;
  }

  /** Keeps what `change` makes of what was saved, one change after the other; rejects with what `change` throws. */
  change(
    connectionKey: number,
    inboxId: number,
    change: (saved: SavedInboxSettings, modeDefault: InboxMode) => SavedInboxSettings,
    now: number,
  ): Promise<InboxRow> {
    const changing = this.#changing.then(async () => {
      const { store, modeDefault } = this.#deps;
      const saved = this.row(connectionKey, inboxId)?.settings ?? {};
      const row = await store.saveInbox(connectionKey, inboxId, change(saved, modeDefault), now);
      this.#keep(row);
      return row;
    });
    this.#changing = changing.then(
      () => {},
      () => {},
    );
    return changing;
  }

  #keep(row: InboxRow): void {
    const settings = inboxSettings(row.settings, this.#deps.modeDefault);
    const lists = compileLists(settings.lists, this.#deps.country);
    this.#rows.set(keyOf(row.connectionKey, row.inboxId), { row, settings, lists });
  }
}

function keyOf(connectionKey: number, inboxId: number): string {
  return `${connectionKey}/${inboxId}`;
}
