// Moves of a walk in which something comes in.
import { expect } from "bun:test";
import { deletion, edit, humanReply, message, ownReply, state, typing } from "../arrivals.ts";
import { type Handle, type Walk, oneOf } from "./walk.ts";

export async function say(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const said = { ...walk.place(pick), messageId: walk.someMessageId(pick >> 3) };
  const { connection, conversationId, messageId } = said;
  const isImmediate = pick % 6 === 0;
  const arrival = message(messageId, { facts: { conversationId } });
  expect((await walk.receive(handle, connection, arrival, isImmediate)).action).toBe("buffered");
  walk.acknowledged.push(said);
}

export async function sayAgain(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const said = oneOf(walk.acknowledged, pick);
  if (said === null) return;
  const again = message(said.messageId, { facts: { conversationId: said.conversationId } });
  expect(await walk.receive(handle, said.connection, again)).toEqual({ action: "duplicate" });
}

export async function remove(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const said = oneOf(walk.acknowledged, pick);
  if (said === null) return;
  const { connection, conversationId, messageId } = said;
  await walk.receive(handle, connection, deletion(messageId, { conversationId }));
}

/** The deletion overtakes its message. */
export async function removeEarly(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const { connection, conversationId } = walk.place(pick);
  const messageId = walk.nextMessageId();
  await walk.receive(handle, connection, deletion(messageId, { conversationId }));
  const late = message(messageId, { facts: { conversationId } });
  expect(await walk.receive(handle, connection, late)).toEqual({ action: "duplicate" });
}

/** News that brings no message of the customer. */
export async function hear(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const { connection, conversationId } = walk.place(pick);
  const status = pick % 5 === 0 ? "resolved" : "pending";
  const assignee = pick % 9 === 0 ? "human" : "none";
  const news = [
    typing(pick % 3 === 0, { conversationId }),
    humanReply(walk.nextMessageId(), "a person", { conversationId }),
    state({ conversationId, status, stateAt: walk.now - (pick % 7) }),
    state({ conversationId, assignee }),
    edit(oneOf(walk.acknowledged, pick)?.messageId ?? 0, "edited"),
  ];
  const arrival = oneOf(news, pick >> 2);
  if (arrival !== null) await walk.receive(handle, connection, arrival);
}

/** Chatwoot shows our own reply. */
export async function prove(walk: Walk, handle: Handle, pick: number): Promise<void> {
  const claim = walk.someDelivery(pick);
  if (claim === null) return;
  const { conversationId, connectionKey, replyId } = claim;
  await walk.receive(handle, connectionKey, ownReply(replyId, walk.nextMessageId(), { conversationId }));
  walk.heldDeliveries.drop(replyId);
}
