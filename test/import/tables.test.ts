// `lull import`: what becomes of the rows of each table, and why some of them are refused.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { type ExportRow, exportFolder, idOf, importInto, runImport } from "./exports.ts";

const ANA = idOf(1, 1);
const BIA = idOf(1, 2);
const NOBODY = idOf(1, 99);
const SAID_AT = "2025-09-01 10:00:00.5+00";

const USERS = [
  { id: ANA, email: "ana@a.example", raw_user_meta_data: '{"full_name":"Ana Lima"}', created_at: SAID_AT },
  { id: BIA, email: "bia@b.example", raw_user_meta_data: "{}", created_at: SAID_AT },
];

async function imported(app: TestApp, tables: Record<string, readonly ExportRow[]>, ...flags: string[]) {
  return importInto(app, [exportFolder({ users: USERS, ...tables }), ...flags]);
}

async function data(app: TestApp, path: string): Promise<unknown> {
  return (await app.admin("GET", path)).body["data"];
}

interface Case {
  table: string;
  good: ExportRow;
  /** Where it is seen afterwards, and as what. */
  seen?: [path: string, as: unknown];
  /** What differs from the good row, and the reason it is refused with. */
  bad: [differs: ExportRow, reason: string][];
}

const CASES: readonly Case[] = [
  {
    table: "profiles",
    good: {
      id: idOf(2, 1),
      user_id: ANA,
      full_name: "Ana L.",
      whatsapp_number: "11 98765-4321",
      is_verified: "t",
    },
    seen: [
      `/users/${ANA}/profile`,
      { fullName: "Ana L.", whatsappNumber: "11 98765-4321", isVerified: true },
    ],
    bad: [
      [{ user_id: NOBODY }, "missing_user"],
      [{ user_id: "7" }, "invalid user_id"],
      [{ user_id: BIA, is_verified: "perhaps" }, "invalid is_verified"],
    ],
  },
  {
    table: "whatsapp_user_mapping",
    good: {
      id: idOf(3, 1),
      user_id: ANA,
      whatsapp_number: "+55 11 98765-4321",
      is_verified: true,
      created_at: SAID_AT,
    },
    seen: [
      `/users/${ANA}/numbers`,
      [
        {
          id: idOf(3, 1),
          number: "+55 11 98765-4321",
          isVerified: true,
          verifiedAt: "2025-09-01T10:00:00.500Z",
        },
      ],
    ],
    bad: [
      [{ id: idOf(3, 2), user_id: BIA, whatsapp_number: "5511987654321" }, "number_taken"],
      [{ id: idOf(3, 3), user_id: NOBODY }, "missing_user"],
      [{ id: idOf(3, 4), whatsapp_number: "+1234567890" }, "invalid_number not_a_phone"],
      [{ id: idOf(3, 5), whatsapp_number: "" }, "missing whatsapp_number"],
      [
        { id: idOf(3, 6), user_id: BIA, whatsapp_number: "+5511911112222", created_at: "soon" },
        "invalid created_at",
      ],
    ],
  },
  {
    table: "user_whatsapp_config",
    good: { id: idOf(4, 1), user_id: ANA, phone_number_id: "1060606", is_active: true },
    seen: [
      `/whatsapp-configs`,
      [{ id: idOf(4, 1), userId: ANA, phoneNumberId: "1060606", isActive: true, isVerified: true }],
    ],
    bad: [
      [{ id: idOf(4, 2), user_id: BIA }, "line_taken"],
      [{ id: idOf(4, 3), phone_number_id: "" }, "missing phone_number_id"],
      [{ id: idOf(4, 4), user_id: NOBODY }, "missing_user"],
    ],
  },
  {
    table: "user_bucket_mapping",
    good: { id: idOf(5, 1), user_id: ANA, bucket_name: "old-user-ana" },
    seen: [`/users/${ANA}/bucket`, { name: "old-user-ana", source: "imported" }],
    bad: [
      [{ id: idOf(5, 2), user_id: BIA }, "bucket_taken"],
      [{ id: idOf(5, 3), bucket_name: "old-user-other" }, "user_has_other_bucket"],
      [{ id: idOf(5, 4), user_id: BIA, bucket_name: "No Bucket" }, "invalid bucket_name"],
      [{ id: idOf(5, 5), user_id: NOBODY, bucket_name: "old-user-c" }, "missing_user"],
    ],
  },
  {
    table: "user_groq_config",
    good: {
      id: idOf(6, 1),
      user_id: ANA,
      api_key: "gsk_0123456789abcdef",
      model: "llama-3.3-70b-versatile",
      temperature: "0.5",
    },
    seen: [
      `/users/${ANA}/ai-keys`,
      [
        {
          id: idOf(6, 1),
          provider: "groq",
          lastFour: "cdef",
          model: "llama-3.3-70b-versatile",
          temperature: 0.5,
        },
      ],
    ],
    bad: [
      [{ id: idOf(6, 2), api_key: "" }, "missing api_key"],
      [{ id: idOf(6, 3), api_key: "with a space" }, "invalid api_key"],
      [{ id: idOf(6, 4), temperature: "9" }, "invalid temperature"],
      [{ id: idOf(6, 5), user_id: NOBODY }, "missing_user"],
    ],
  },
  {
    table: "webhook_api_links",
    good: {
      user_id: ANA,
      webhook_url: "https://a.example/hook",
      groq_api_url: "",
      webhook_enabled: true,
      groq_enabled: false,
    },
    seen: [`/users/${ANA}/webhook-links`, { webhookUrl: "https://a.example/hook", webhookEnabled: true }],
    bad: [[{ user_id: BIA, webhook_url: "file:///etc/passwd" }, "invalid webhook_url"]],
  },
  {
    table: "meeting_notes",
    good: {
      id: idOf(7, 1),
      user_id: ANA,
      title: "Kick-off",
      content: 'two\nlines, "quoted"',
      contact_phone: "+5521999998888",
    },
    seen: [
      `/users/${ANA}/meeting-notes`,
      [{ id: idOf(7, 1), title: "Kick-off", content: 'two\nlines, "quoted"' }],
    ],
    bad: [[{ id: idOf(7, 2), content: "" }, "missing content"]],
  },
  {
    table: "conversations",
    good: {
      id: idOf(8, 1),
      user_id: ANA,
      chatwoot_conversation_id: 77,
      message_count: 3,
      created_at: SAID_AT,
    },
    seen: ["/conversations", [{ id: idOf(8, 1), conversationId: 77 }]],
    bad: [
      [{ id: idOf(8, 2), chatwoot_conversation_id: "" }, "missing chatwoot_conversation_id"],
      [{ id: idOf(8, 3), chatwoot_conversation_id: 78, user_id: NOBODY }, "missing_user"],
    ],
  },
  {
    table: "customer_conversations",
    good: {
      id: idOf(9, 1),
      user_id: ANA,
      phone_number: "+5511987654321",
      content: "Bom dia",
      sender: "user",
      source: "whatsapp",
      created_at: SAID_AT,
    },
    bad: [
      [{ id: idOf(9, 2), sender: "ghost" }, "unknown sender"],
      [{ id: idOf(9, 3), content: "" }, "missing content"],
      [{ id: idOf(9, 4), user_id: NOBODY }, "missing_user"],
    ],
  },
  {
    table: "audio_files",
    good: {
      id: idOf(10, 1),
      chatwoot_message_id: 5,
      conversation_id: 77,
      transcription: "quanto custa?",
      created_at: SAID_AT,
    },
    bad: [[{ id: idOf(10, 2), chatwoot_message_id: "" }, "missing chatwoot_message_id"]],
  },
  {
    table: "feature_flags",
    good: { id: idOf(11, 1), flag_name: "typing_indicators", is_enabled: false },
    seen: [
      "/flags",
      expect.arrayContaining([expect.objectContaining({ name: "typing_indicators", isEnabled: false })]),
    ],
    bad: [[{ id: idOf(11, 2), flag_name: "moon_phase" }, "unknown flag_name"]],
  },
];

test.each(CASES)(
  "$table: rows are taken with their ids, and refused one by one",
  async ({ table, good, seen, bad }) => {
    await using app = await openTestApp();
    const rows = [good, ...bad.map(([differs]) => ({ ...good, ...differs }))];
    const report = await imported(app, { [table]: rows });

    expect(report.refused.map(({ reason, line, id }) => [reason, line, id])).toEqual(
      bad.map(([differs, reason], index) => [
        reason,
        // A note of two lines moves those below it.
        table === "meeting_notes" ? 4 : index + 3,
        String({ ...good, ...differs }["id"] ?? "") || null,
      ]),
    );
    const changed = table === "feature_flags" ? { added: 0, changed: 1 } : { added: 1, changed: 0 };
    expect(report.tables[table]).toEqual({
      rows: rows.length,
      ...changed,
      unchanged: 0,
      refused: bad.length,
    });
    if (seen !== undefined) expect(await data(app, seen[0])).toMatchObject(seen[1] as object);
  },
);

test("users come with their name and address, and an address that is taken refuses a row", async () => {
  await using app = await openTestApp();
  await app.admin("POST", "/users", { name: "Already here", email: "BIA@b.example" });
  const report = await imported(app, {});
  expect(report.refused).toEqual([
    { table: "users", file: "users.csv", line: 3, id: BIA, reason: "email_taken" },
  ]);
  expect(await data(app, `/users/${ANA}`)).toMatchObject({
    id: ANA,
    name: "Ana Lima",
    email: "ana@a.example",
    createdAt: "2025-09-01T10:00:00.500Z",
  });
});

test("an imported number names its user, and their imported key answers", async () => {
  await using app = await openTestApp({ hasModel: false });
  app.ai.addKey("gsk_0123456789abcdef");
  const report = await imported(app, {
    whatsapp_user_mapping: [
      { id: idOf(3, 1), user_id: ANA, whatsapp_number: "5511987654321", is_verified: true },
    ],
    user_groq_config: [{ user_id: ANA, api_key: "gsk_0123456789abcdef", model: "llama3-70b-8192" }],
  });
  expect(report.notices).toMatchObject([{ table: "user_groq_config", line: 2, reason: "model_retired" }]);
  await app.receive("oi", { contact: { id: 71, name: "Ana", phoneNumber: "+5511987654321" } });
  await app.clock.tick(30_010);
  expect(app.ai.asked).toHaveLength(1);
  expect(app.chatwoot.sent(CONVERSATION)).toHaveLength(1);
});

test("digits that are no number are kept as they are when it is asked for", async () => {
  await using app = await openTestApp();
  const row = { id: idOf(3, 1), user_id: ANA, whatsapp_number: "+1234567890", is_verified: true };
  const report = await imported(app, { whatsapp_user_mapping: [row] }, "--exact");
  expect(report.refused).toEqual([]);
  expect(await data(app, `/users/${ANA}/numbers`)).toMatchObject([{ number: "+1234567890", kind: "exact" }]);
});

test("what is no number beside a name is left out, and said so", async () => {
  await using app = await openTestApp();
  const report = await imported(app, {
    profiles: [{ user_id: ANA, full_name: "Ana", whatsapp_number: "n/a" }],
  });
  expect(report.notices).toMatchObject([{ table: "profiles", reason: "number_left_out" }]);
  expect(await data(app, `/users/${ANA}/profile`)).toMatchObject({ fullName: "Ana", whatsappNumber: null });
});

test("columns and files that lull does not know are named, and never sent", async () => {
  await using app = await openTestApp();
  const report = await imported(app, {
    user_whatsapp_config: [{ user_id: ANA, phone_number_id: "1", access_token: "EAAB-secret" }],
    linkedin_posts: [{ id: 1 }],
  });
  expect(report.unknownColumns).toEqual({ user_whatsapp_config: ["access_token"] });
  expect(report.unknownTables).toEqual(["linkedin_posts.csv"]);
  expect(JSON.stringify(app.events)).not.toContain("EAAB-secret");
});

test("JSON is read as CSV is: nested columns, an object a line or one array", async () => {
  await using app = await openTestApp();
  const folder = exportFolder({});
  const message = {
    buffer_id: idOf(10, 1),
    chatwoot_message_id: 5,
    content: null,
    attachments: [{ id: 9, file_type: "audio", data_url: "https://chat.example/a.ogg", file_size: 10 }],
    sender_info: { id: 71, name: "Ana", phone_number: "+5511987654321" },
    conversation_info: { inbox_id: 3, channel: "Channel::Whatsapp" },
    received_at: "2025-09-01T10:00:00+00:00",
  };
  const buffer = { id: idOf(10, 1), conversation_id: 77, status: "completed", last_message_time: SAID_AT };
  writeFileSync(join(folder, "public.message_buffer.json"), JSON.stringify([buffer], null, 2));
  writeFileSync(join(folder, "buffered_messages_rows.jsonl"), `${JSON.stringify(message)}\n`);
  const report = await importInto(app, [folder]);
  expect(report.refused).toEqual([]);
  const { body } = await app.admin("GET", `/buffers/${idOf(10, 1)}`);
  expect(body["data"]).toMatchObject({ status: "completed", conversationId: 77 });
  expect(JSON.stringify(body)).toContain('"messageId":5');
});

test("with --connection people are users of that one alone; another's name is an error", async () => {
  await using app = await openTestApp();
  await imported(app, {}, "--connection", "default");
  expect(await data(app, `/users/${ANA}`)).toMatchObject({ connection: "default" });
  const nowhere = await runImport(app, [exportFolder({ users: USERS }), "--connection", "nowhere"]);
  expect([nowhere.code, nowhere.complained]).toEqual([1, expect.stringContaining("no such connection")]);
});

test("a file that is named must be of a table, and be there", async () => {
  await using app = await openTestApp();
  const folder = exportFolder({ posts: [{ id: 1 }] });
  expect((await runImport(app, [join(folder, "posts.csv")])).code).toBe(2);
  expect((await runImport(app, [join(folder, "users.csv")])).code).toBe(1);
});
