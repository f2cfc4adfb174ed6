// The inboxes in memory: what each webhook asks costs nothing where nothing was set.
import { expect, test } from "bun:test";
import type { ConversationFacts } from "../../src/chatwoot/arrival.ts";
import type { InboxStore } from "../../src/db/store-inboxes.ts";
import { Inboxes } from "../../src/inbox/inboxes.ts";
import type { SavedInboxSettings } from "../../src/inbox/settings.ts";

const FACTS: ConversationFacts = {
  conversationId: 458,
  inboxId: 12,
  channel: "Channel::Whatsapp",
  status: "pending",
  assignee: "none",
  canReply: true,
  contactId: 5,
  contactName: "Ana",
  contactPhone: "+5511987654321",
  contactSourceId: null,
  contactIdentifier: null,
  isGroup: false,
  stateAt: null,
};
const WINDOW = { silenceMs: 30_000, ageMaxMs: 300_000, sizeMax: 50 };

async function open(saved: SavedInboxSettings | null): Promise<Inboxes> {
  const row = { id: "i-1", connectionKey: 1, inboxId: 12, createdAt: 0, updatedAt: 0 };
  const store: InboxStore = {
    seenInboxes: () => Promise.resolve([]),
    inboxes: () => Promise.resolve(saved === null ? [] : [{ ...row, settings: saved }]),
    saveInbox: (_connection, _inbox, settings) => Promise.resolve({ ...row, settings }),
  };
  const inboxes = new Inboxes({ store, modeDefault: "answer", windowDefault: WINDOW, country: "BR" });
  await inboxes.load();
  return inboxes;
}

test("nobody's number is read where the inbox has no lists", async () => {
  for (const saved of [null, { mode: "answer" } as const]) {
    const inboxes = await open(saved);
    const asked: string[] = [];
    const sender = () => {
      asked.push("asked");
      return { contactId: 5, phone: "+5511987654321", sourceId: null, identifier: null };
    };
    expect([inboxes.isBlocked(1, 12, sender), inboxes.isBlocked(1, null, sender), asked]).toEqual([
      false,
      false,
      [],
    ]);
    expect(inboxes.refusal(1, FACTS)).toBeNull();
  }
});

test("a message is refused for the inbox's mode before its group, and for its group before its lists", async () => {
  const lists = { block: ["*"], allow: [] };
  const group = { ...FACTS, isGroup: true };
  expect((await open({ mode: "off", lists })).refusal(1, group)).toBe("mode_off");
  expect((await open({ lists })).refusal(1, group)).toBe("group");
  expect((await open({ lists, groups: "answer" })).refusal(1, group)).toBe("blocklist");
  expect((await open({ lists })).refusal(2, FACTS)).toBeNull();
});

test("who has no address is not refused at the door: the turn knows more", async () => {
  const inboxes = await open({ lists: { block: [], allow: ["+1*"] } });
  expect(inboxes.refusal(1, FACTS)).toBe("blocklist");
  expect(inboxes.refusal(1, { ...FACTS, contactPhone: null })).toBeNull();
});

test("a change that fails leaves what was, and the next one is made", async () => {
  const inboxes = await open({ mode: "watch" });
  const failing = inboxes.change(
    1,
    12,
    () => {
      throw new Error("not so");
    },
    1,
  );
  const next = inboxes.change(1, 12, (saved) => ({ ...saved, urgencyMin: 9 }), 1);
  expect(failing).rejects.toThrow("not so");
  expect((await next).settings).toEqual({ mode: "watch", urgencyMin: 9 });
  expect(inboxes.of(1, 12)).toMatchObject({ mode: "watch", urgencyMin: 9 });
});
