// A message that only Chatwoot's list has shown is told as one that its webhook brought.
import { expect, test } from "bun:test";
import { adoptListed } from "../../src/chatwoot/adopt.ts";
import { readListed } from "../../src/chatwoot/listed.ts";
import { CHANNELS, fixture, fixtureNames, outcome } from "./fixture.ts";

/** What a message says, whoever it is from: a list tells less of that. */
function said(arrival: unknown): unknown {
  const { messageId, messageKind, content, attachments, extra } = arrival as Record<string, unknown>;
  return { messageId, messageKind, content, attachments, extra };
}

/** In a list a direction is a number. */
const INCOMING = 0;
const RECORDED = fixtureNames().filter((name) => name.startsWith("message_created.incoming."));

test.each(RECORDED)("%s says the same in a list", (name) => {
  const body = fixture(name);
  const listed = readListed({ ...body, message_type: INCOMING });
  const brought = outcome(body);
  if (listed === null || !("arrival" in brought)) throw new Error("a recorded message brought nothing");
  expect(said(adoptListed({ id: 458 }, listed, { channels: CHANNELS }))).toEqual(said(brought.arrival));
});
