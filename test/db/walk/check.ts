// What must hold after every move, whatever it was, and at the very end. Seen through the Store interface only.
import { expect } from "bun:test";
import type { Row } from "../../../src/db/store-insight.ts";
import type { Store } from "../../../src/db/store.ts";
import { must } from "../scene.ts";
import { DISCARDS_MAX, type Said } from "./walk.ts";

const ALL = { limit: 500, cursor: null, state: null };
const UNSETTLED = ["intent", "sending", "unknown"];

interface Everything {
  buffers: Row[];
  turns: Row[];
  deliveries: Row[];
  /** Buffers that were merged into no other, each with the messages of its group. */
  groups: { buffer: Row; messages: Row[] }[];
}

/** No message is lost or kept twice, every count is right, and no conversation does two things at once. */
export async function checkAlways(store: Store, acknowledged: readonly Said[]): Promise<void> {
  const all = await readEverything(store);
  checkOneAtATime(all);
  checkMessagesAreThere(all, acknowledged);
  checkParts(all);
  for (const group of all.groups) {
    checkCounts(all, group);
    for (const message of group.messages) checkMessage(all, group.buffer, message);
  }
}

/** Nothing waits: every message has an outcome, and an answered one names a reply that was sent. */
export async function checkAtRest(store: Store, acknowledged: readonly Said[]): Promise<void> {
  await checkAlways(store, acknowledged);
  const { groups } = await readEverything(store);
  const outcomes = groups.flatMap(({ messages }) => messages.map((message) => message["outcome"]));
  expect(outcomes).not.toContain(null);
}

async function readEverything(store: Store): Promise<Everything> {
  const [buffers, turns, deliveries] = await Promise.all([
    store.listBuffers(ALL),
    store.listTurns(ALL),
    store.listDeliveries(ALL),
  ]);
  const roots = buffers.data.filter((buffer) => buffer["mergedInto"] === null);
  const groups = await Promise.all(roots.map(async (root) => must(await store.buffer(String(root["id"])))));
  return { buffers: buffers.data, turns: turns.data, deliveries: deliveries.data, groups };
}

function checkOneAtATime({ buffers, turns }: Everything): void {
  const inState = (rows: Row[], name: string, state: string) =>
    rows.filter((row) => row[name] === state).map(placeOf);
  for (const places of [
    inState(buffers, "status", "active"),
    inState(turns, "state", "scheduled"),
    inState(turns, "state", "running"),
  ])
    expect(new Set(places).size).toBe(places.length);
}

function checkMessagesAreThere({ groups }: Everything, acknowledged: readonly Said[]): void {
  const kept = groups.flatMap(({ messages }) => messages.map((message) => Number(message["messageId"])));
  const said = acknowledged.map(({ messageId }) => messageId);
  expect(kept.toSorted(ascending)).toEqual(said.toSorted(ascending));
}

function checkCounts({ buffers }: Everything, { buffer, messages }: Everything["groups"][number]): void {
  const merged = buffers.filter((row) => row["mergedInto"] === buffer["id"]);
  const count = [buffer, ...merged].reduce((sum, row) => sum + Number(row["messageCount"]), 0);
  expect(count).toBe(messages.length);
  expect(Number(buffer["discardCount"])).toBeLessThanOrEqual(DISCARDS_MAX);
}

function checkMessage({ turns, deliveries }: Everything, buffer: Row, message: Row): void {
  const { outcome, deletedAt } = message;
  const turn = turns.find((row) => row["bufferId"] === buffer["id"]);
  const isWaiting =
    buffer["status"] === "active" || ["scheduled", "running"].includes(String(turn?.["state"]));
  const isOnItsWay = deliveries.some(
    (row) => row["turnId"] === turn?.["id"] && UNSETTLED.includes(String(row["state"])),
  );
  if (deletedAt !== null) expect(outcome).toBe("cancelled");
  else if (isWaiting) expect(message).toMatchObject({ outcome: null });
  if (outcome === "answered") checkReply(deliveries, buffer, message);
  if (outcome === null)
    expect({ message, isCaredFor: isWaiting || isOnItsWay }).toMatchObject({ isCaredFor: true });
}

function checkReply(deliveries: Row[], buffer: Row, message: Row): void {
  const reply = must(deliveries.find((delivery) => delivery["id"] === message["replyId"]));
  expect([reply["state"], placeOf(reply)]).toEqual(["sent", placeOf(buffer)]);
}

/** Nothing of a reply goes out behind a part that did not. */
function checkParts({ turns, deliveries }: Everything): void {
  for (const turn of turns) {
    const parts = deliveries.filter((delivery) => delivery["turnId"] === turn["id"]);
    const states = parts
      .toSorted((a, b) => Number(a["part"]) - Number(b["part"]))
      .map((part) => String(part["state"]));
    const ended = states.findIndex((state) => state === "failed" || state === "cancelled");
    const behind = ended < 0 ? [] : states.slice(ended);
    expect(new Set(behind).size).toBeLessThanOrEqual(1);
  }
}

function placeOf(row: Row): string {
  return `${row["connection"]}/${row["conversationId"]}`;
}

function ascending(a: number, b: number): number {
  return a - b;
}
