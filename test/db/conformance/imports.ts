// What comes from an older system, as the store takes it: once, all or nothing of a row, foretold by a dry run.
import { expect, test } from "bun:test";
import type { Foreseen, ImportRow } from "../../../src/db/store-import.ts";
import type { OpenScene, Scene } from "../scene.ts";

const ANA = "0b0e7c5e-8a4f-4f0a-9a53-6f2b8f0c9d11";
const BIA = "0b0e7c5e-8a4f-4f0a-9a53-6f2b8f0c9d12";

function userRow(id: string, email: string): ImportRow {
  const values = { public_id: id, connection_id: null, name: "Ana", email, created_at: 1, updated_at: 1 };
  const takes = [{ kind: "email", name: email, holder: id, connectionKey: null }] as const;
  return { table: "users", names: [id], needs: [], takes, values };
}

function lineRow(scene: Scene, id: string, userId: string, saidAt: number): ImportRow {
  const values = {
    public_id: id,
    connection_id: scene.here,
    conversation_id: null,
    chatwoot_message_id: null,
    user_id: userId,
    phone_number: null,
    phone_key: null,
    key_version: null,
    content: `said at ${saidAt}`,
    sender: "user",
    source: "whatsapp",
    created_at: saidAt,
  };
  return {
    table: "customer_conversations",
    names: [id],
    needs: [{ kind: "user", id: userId }],
    takes: [],
    values,
  };
}

export function importConformance(open: OpenScene): void {
  test("a row is added once, and is there already ever after", async () => {
    await using scene = await open();
    const rows = [userRow(ANA, "ana@a.example"), userRow(ANA, "ana@a.example")];
    expect(await scene.first.importRows(rows, null, scene.now)).toEqual([
      { action: "added" },
      { action: "unchanged" },
    ]);
    expect(await scene.second.importRows(rows, null, scene.now)).toEqual([
      { action: "unchanged" },
      { action: "unchanged" },
    ]);
    expect(await scene.second.user(ANA)).toMatchObject({ name: "Ana", createdAt: 1 });
  });

  test("a row that lacks or takes what it must not is refused, and the others are kept", async () => {
    await using scene = await open();
    const rows = [
      lineRow(scene, BIA, ANA, 1),
      userRow(ANA, "ana@a.example"),
      userRow(BIA, "ANA@a.example"),
      lineRow(scene, BIA, ANA, 1),
    ];
    expect(await scene.first.importRows(rows, null, scene.now)).toEqual([
      { action: "refused", reason: "missing_user" },
      { action: "added" },
      { action: "refused", reason: "email_taken" },
      { action: "added" },
    ]);
  });

  test("a row that breaks a rule of the schema after all is refused alone", async () => {
    await using scene = await open();
    const broken = lineRow(scene, BIA, ANA, 1);
    const rows = [
      userRow(ANA, "ana@a.example"),
      { ...broken, values: { ...broken.values, sender: "nobody" } },
      lineRow(scene, BIA, ANA, 1),
    ];
    expect(await scene.first.importRows(rows, null, scene.now)).toEqual([
      { action: "added" },
      { action: "refused", reason: "conflict" },
      { action: "added" },
    ]);
  });

  test("a dry run keeps nothing, and remembers over batches what it would have", async () => {
    await using scene = await open();
    const foreseen: Foreseen = new Map();
    const dry = (row: ImportRow) => scene.first.importRows([row], foreseen, scene.now);
    expect(await dry(userRow(ANA, "ana@a.example"))).toEqual([{ action: "added" }]);
    expect(await dry(lineRow(scene, BIA, ANA, 1))).toEqual([{ action: "added" }]);
    expect(await dry(lineRow(scene, BIA, ANA, 1))).toEqual([{ action: "unchanged" }]);
    expect(await dry(userRow(BIA, "ana@a.example"))).toEqual([{ action: "refused", reason: "email_taken" }]);
    expect(await scene.first.user(ANA)).toBeNull();
  });

  test("an imported number voids what was found out about its senders before", async () => {
    await using scene = await open();
    const before = scene.first.identityVersion();
    await scene.first.importRows([userRow(ANA, "ana@a.example")], null, scene.now);
    expect(scene.first.identityVersion()).not.toBe(before);
  });

  test("without a buffer that lies still there is nothing to open", async () => {
    await using scene = await open();
    await scene.say(10);
    const opened = await scene.first.openImported({ limit: 5, answerableSince: 0 }, scene.now);
    expect(opened).toEqual({ armed: [], joinedCount: 0, failedCount: 0, isLast: true });
  });
}
