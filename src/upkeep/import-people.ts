// Users of an older system and what is theirs: how a row of each table is read and judged. Their numbers go through lull's own
// rules; what the older system had verified stays so, for an import is the operator's word.
import type { Taking } from "../db/store-import.ts";
import { lastFourOf } from "../sealing.ts";
import { checkBucketName } from "../storage/names.ts";
import { type Cells, RefusedRow } from "./import-cells.ts";
import type { Judge } from "./import-judge.ts";
import { clipped, keyIn, neededNumber, numberOrNone, ofUser, row } from "./import-row.ts";

const EMAIL = /^[^\s@]{1,190}@[^\s@]{1,63}$/;
const API_KEY = /^[\x21-\x7e]{8,500}$/;
/** Models that Groq has switched off, by the beginning of their names: such a key asks lull's own default instead. */
const RETIRED_MODELS = /^(?:llama2|llama3-|mixtral-|gemma-|gemma2-|llama-3\.1-70b|llama-3\.2-|deepseek-r1)/;
const TEMPERATURE_MAX = 2;

export const PEOPLE = {
  users(cells, { connectionKey, now }) {
    const id = cells.neededReference("id");
    const email = emailIn(cells);
    const values = {
      public_id: id,
      connection_id: connectionKey,
      name: nameIn(cells, email),
      email,
      ...momentsIn(cells, now),
    };
    const takes = email === null ? [] : [taking("email", email, id)];
    return row("users", [id], { takes }, values);
  },

  profiles(cells, { now, ...judging }) {
    const userId = cells.reference("user_id") ?? cells.neededReference("id");
    const number = numberOrNone(cells.text("whatsapp_number", "phone_number", "phone"), judging);
    const values = {
      user_id: userId,
      full_name: clipped(cells.text("full_name", "display_name", "name")),
      language: clipped(cells.text("language")),
      whatsapp_number: number?.number ?? null,
      ...keyIn(number),
      is_verified: Number(number !== null && cells.flag("is_verified", false)),
      ...momentsIn(cells, now),
    };
    return row("profiles", [userId], ofUser(userId), values);
  },

  whatsapp_user_mapping(cells, { now, connectionKey, ...judging }) {
    const userId = cells.neededReference("user_id");
    const number = neededNumber(cells.needed("whatsapp_number", "phone_number"), judging);
    const isVerified = cells.flag("is_verified", false);
    const createdAt = cells.moment("created_at") ?? now;
    const id = cells.id("whatsapp_user_mapping", userId, number.key);
    const values = {
      public_id: id,
      connection_id: connectionKey,
      user_id: userId,
      whatsapp_number: number.number,
      ...keyIn(number),
      is_verified: Number(isVerified),
      source: "admin",
      verified_at: isVerified ? (cells.moment("verified_at") ?? createdAt) : null,
      created_at: createdAt,
    };
    const takes = [taking("number", number.key, userId, connectionKey)];
    return row(
      "whatsapp_user_mapping",
      [id, `${userId}:${number.key}`],
      { ...ofUser(userId), takes },
      values,
    );
  },

  user_whatsapp_config(cells, { now, connectionKey, homeKey, ...judging }) {
    const userId = cells.neededReference("user_id");
    const phoneNumberId = clipped(cells.text("phone_number_id"));
    const inboxId = cells.whole("inbox_id", "chatwoot_inbox_id");
    const text = cells.text("phone_number", "display_phone_number", "whatsapp_number");
    const number = text === null ? null : neededNumber(text, judging);
    if (phoneNumberId === null && inboxId === null && number === null)
      throw new RefusedRow("missing phone_number_id");
    const isActive = cells.flag("is_active", true);
    const id = cells.id("user_whatsapp_config", userId, phoneNumberId, inboxId, number?.key ?? null);
    const values = {
      public_id: id,
      connection_id: inboxId === null ? connectionKey : homeKey,
      user_id: userId,
      phone_number_id: phoneNumberId,
      inbox_id: inboxId,
      phone_number: number?.number ?? null,
      ...keyIn(number),
      is_active: Number(isActive),
      is_verified: 1,
      ...momentsIn(cells, now),
    };
    const names = [phoneNumberId, inboxId === null ? null : `inbox:${inboxId}`, number?.key ?? null];
    const takes = names
      .filter((name) => name !== null && isActive)
      .map((name) => taking("line", `${name}`, userId, homeKey));
    return row("user_whatsapp_config", [id], { ...ofUser(userId), takes }, values);
  },

  user_bucket_mapping(cells) {
    const userId = cells.neededReference("user_id");
    const name = cells.needed("bucket_name").trim();
    refuseBadName(name);
    const values = { public_id: cells.id("user_bucket_mapping", userId), user_id: userId, bucket_name: name };
    const takes = [taking("bucket", name, userId), taking("bucket_of", userId, name)];
    return row("user_bucket_mapping", [`${userId}:${name}`], { ...ofUser(userId), takes }, values);
  },

  user_groq_config(cells, { now, seal, notice }) {
    const userId = cells.neededReference("user_id");
    const apiKey = cells.needed("api_key", "groq_api_key").trim();
    if (!API_KEY.test(apiKey)) throw new RefusedRow("invalid api_key");
    const id = cells.id("user_groq_config", userId);
    const { box, keyVersion } = seal(apiKey, id);
    const model = clipped(cells.text("model"));
    const isRetired = model !== null && RETIRED_MODELS.test(model);
    if (isRetired) notice("model_retired");
    const values = {
      public_id: id,
      user_id: userId,
      provider: "groq",
      sealed_key: box,
      key_version: keyVersion,
      last_four: lastFourOf(apiKey),
      model: isRetired ? null : model,
      temperature: cells.number("temperature", 0, TEMPERATURE_MAX),
      priority: 0,
      ...momentsIn(cells, now),
    };
    return row("user_groq_config", [id], ofUser(userId), values);
  },

  webhook_api_links(cells, { now }) {
    const userId = cells.neededReference("user_id");
    const values = {
      user_id: userId,
      webhook_url: urlIn(cells, "webhook_url"),
      groq_api_url: urlIn(cells, "groq_api_url"),
      webhook_enabled: Number(cells.flag("webhook_enabled", false)),
      groq_enabled: Number(cells.flag("groq_enabled", false)),
      ...momentsIn(cells, now),
    };
    return row("webhook_api_links", [userId], ofUser(userId), values);
  },

  meeting_notes(cells, { now, ...judging }) {
    const userId = cells.neededReference("user_id");
    const content = cells.needed("content", "notes", "summary");
    const number = numberOrNone(cells.text("contact_phone", "contact_number", "phone_number"), judging);
    const metAt = cells.moment("met_at", "meeting_date", "meeting_time");
    const id = cells.id("meeting_notes", userId, content, metAt);
    const values = {
      public_id: id,
      user_id: userId,
      title: clipped(cells.text("title", "meeting_title")),
      content,
      contact_name: clipped(cells.text("contact_name")),
      contact_phone: number?.number ?? null,
      ...keyIn(number),
      met_at: metAt,
      created_at: cells.moment("created_at") ?? now,
    };
    return row("meeting_notes", [id], ofUser(userId), values);
  },
} satisfies Record<string, Judge>;

function taking(
  kind: Taking["kind"],
  name: string,
  holder: string,
  connectionKey: number | null = null,
): Taking {
  return { kind, name, holder, connectionKey };
}

function momentsIn(cells: Cells, now: number) {
  const createdAt = cells.moment("created_at") ?? now;
  return { created_at: createdAt, updated_at: cells.moment("updated_at") ?? createdAt };
}

function emailIn(cells: Cells): string | null {
  const email = cells.text("email")?.trim() ?? null;
  if (email !== null && !EMAIL.test(email)) throw new RefusedRow("invalid email");
  return email;
}

/** What the older system knows of a user beside the address: the name they gave when they came. */
function nameIn(cells: Cells, email: string | null): string {
  const about = cells.json("raw_user_meta_data");
  const { full_name: fullName, name } = { ...(typeof about === "object" ? about : null) } as Record<
    string,
    unknown
  >;
  const told = [cells.text("name", "full_name"), fullName, name].find(
    (each): each is string => typeof each === "string" && each.trim() !== "",
  );
  return clipped(told ?? email?.split("@")[0] ?? null) ?? "user";
}

function urlIn(cells: Cells, name: string): string | null {
  const text = cells.text(name)?.trim() ?? null;
  if (text === null) return null;
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) throw new RefusedRow(`invalid ${name}`);
  return text;
}

function refuseBadName(name: string): void {
  try {
    checkBucketName(name);
  } catch {
    throw new RefusedRow("invalid bucket_name");
  }
}
