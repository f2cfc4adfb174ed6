// WhatsApp's own addresses, `user[_agent][:device]@server`: whose they are, without asking whether the number exists.

/** What an address with an `@` names. The device is no part of the user: `5511…:2@…` must not gain a digit. */
export type Jid =
  | { kind: "phone"; digits: string }
  | { kind: "lid"; digits: string }
  | { kind: "none"; reason: "group" | "whatsapp_internal" | "email" | "not_a_phone" };

const PHONE_SERVERS: ReadonlySet<string> = new Set(["s.whatsapp.net", "c.us", "hosted"]);
const LID_SERVERS: ReadonlySet<string> = new Set(["lid", "hosted.lid"]);
/** Many receivers or readers. Old group ids begin with their creator's number, who is not the group. */
const GROUP_SERVERS: ReadonlySet<string> = new Set(["g.us", "broadcast", "newsletter"]);
const INTERNAL_SERVERS: ReadonlySet<string> = new Set(["call", "bot"]);
/** WhatsApp's own accounts: notices, calls, support, Meta AI. Nobody's customer. */
const INTERNAL_USERS: ReadonlySet<string> = new Set(["0", "server", "16505361212", "13135550002"]);

/** A user of digits, an agent (`_1`, `.0`), a device (`:12`). */
const USER = /^\+?(\d{1,20})(?:[_.]\d{1,5})?(?::\d{1,5})?$/;
const EMAIL_SERVER = /^[^.\s]+\.\S*[^.\s]$/;

/** `plain` holds an `@`. */
export function readJid(plain: string): Jid {
  const at = plain.lastIndexOf("@");
  const [written, server] = [plain.slice(0, at), plain.slice(at + 1).toLowerCase()];
  if (GROUP_SERVERS.has(server)) return { kind: "none", reason: "group" };
  if (INTERNAL_SERVERS.has(server)) return { kind: "none", reason: "whatsapp_internal" };
  const user = userOf(written);
  if (LID_SERVERS.has(server) && user !== null) return { kind: "lid", digits: user };
  if (PHONE_SERVERS.has(server)) return readPhoneUser(user, written);
  const isEmail = written !== "" && EMAIL_SERVER.test(server);
  return { kind: "none", reason: isEmail ? "email" : "not_a_phone" };
}

/** An account of WhatsApp itself, however its number was written. */
export function isWhatsAppItself(user: string): boolean {
  return INTERNAL_USERS.has(user);
}

function readPhoneUser(user: string | null, written: string): Jid {
  if (isWhatsAppItself(user ?? written.toLowerCase())) return { kind: "none", reason: "whatsapp_internal" };
  return user === null ? { kind: "none", reason: "not_a_phone" } : { kind: "phone", digits: user };
}

/** The user's digits without agent and device; null when it is not made of digits. */
function userOf(written: string): string | null {
  return USER.exec(written)?.[1] ?? null;
}
