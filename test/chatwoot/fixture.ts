// The recorded bodies under test/fixtures/chatwoot, fresh for each reader so that a test may change them,
// and what the code makes of a changed one.
import { readdirSync, readFileSync } from "node:fs";
import type { ReadEvent } from "../../src/chatwoot/arrival.ts";
import { readEvent } from "../../src/chatwoot/event.ts";

const FOLDER = new URL("../fixtures/chatwoot/", import.meta.url);
/** Not a webhook body, but a signed request. */
const SIGNATURE_VECTOR = "signature-vector";

/** What lull serves by default. */
export const CHANNELS = ["Channel::Whatsapp", "Channel::TwilioSms", "Channel::Api"];

/** A body that a test may reach into and change; every key is checked by the code under test. */
export type Body = { [key: string]: unknown };

/** The body of one recorded webhook, named without `.json`. */
export function fixture(name: string): Body {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** The names of all recorded webhook bodies. */
export function fixtureNames(): string[] {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ""));
  return names.filter((name) => name !== SIGNATURE_VECTOR).sort();
}

/** What a body brings or why it is left. */
export function outcome(body: Body, channels = CHANNELS): ReadEvent["outcome"] {
  return readEvent(body, { channels }).outcome;
}

/** Why a body is left; null when it is not. */
export function skipped(body: Body): string | null {
  const read = outcome(body);
  return "skip" in read ? read.skip : null;
}

/** The kind of news a body brings; null when it is left. */
export function arrived(body: Body): string | null {
  const read = outcome(body);
  return "arrival" in read ? read.arrival.kind : null;
}

/** The object that stands under a key. */
export function under(body: Body, key: string): Body {
  return body[key] as Body;
}

/** A customer's text, changed at the top, in its sender and in its conversation. */
export function incoming(changes: Body = {}, sender: Body = {}, conversation: Body = {}): Body {
  const body = fixture("message_created.incoming.text");
  return {
    ...body,
    sender: { ...under(body, "sender"), ...sender },
    conversation: { ...under(body, "conversation"), ...conversation },
    ...changes,
  };
}

/** The bot's own answer as another program would have sent it. */
export function outgoing(changes: Body = {}): Body {
  return { ...fixture("message_created.outgoing.agent_bot"), content_attributes: {}, ...changes };
}
