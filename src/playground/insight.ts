// What the playground page is told of the daemon's own work, read from the store's rows.
import type { InsightStore, Row } from "../db/store-insight.ts";
import type { PlaygroundRow, SettingsStore } from "../db/store-settings.ts";
import type { NewPlaygroundMessage, PlaygroundMessage, PlaygroundMessages } from "./chatwoot.ts";
import { isSampleName } from "./samples.ts";
import type { PlaygroundBuffer, PlaygroundInsight, PlaygroundTurn } from "./state.ts";
import { readSteps } from "./steps.ts";

/** Steps of the timeline that the page gets. */
const STEPS_MAX = 40;
const STATUS_SETTING = "playground_status";

export type DaemonFacts = Omit<PlaygroundInsight, "buffer" | "turn" | "delivery" | "pause" | "steps">;

/** Reads the newest work of the playground's conversation. */
export async function readInsight(
  store: InsightStore,
  connectionKey: number,
  conversationId: number,
  facts: DaemonFacts,
  now: number,
): Promise<PlaygroundInsight> {
  const work = await store.conversationWork(connectionKey, conversationId, STEPS_MAX);
  const turn = work.turn === null ? null : await store.turn(String(work.turn["id"]));
  const open = work.buffer?.["status"] === "active" ? await store.buffer(String(work.buffer["id"])) : null;
  // A merged turn's messages stand in both.
  const shown = [...(turn?.messages ?? []), ...(open?.messages ?? [])];
  const messages = [...new Map(shown.map((message) => [message["messageId"], message])).values()];
  return {
    ...facts,
    buffer: open === null ? null : bufferOf(open.buffer),
    turn: turn === null ? null : turnOf(turn.turn, turn.messages.length),
    delivery: work.delivery === null ? null : deliveryOf(work.delivery),
    pause: work.pause === null ? null : pauseOf(work.pause, now),
    steps: readSteps(work.events, messages, turn?.steps ?? []),
  };
}

/** The playground's messages kept in the store, so that they outlive a restart. */
export function storedMessages(store: SettingsStore, now: () => number): PlaygroundMessages {
  return {
    add: (message: NewPlaygroundMessage) => store.addPlaygroundMessage(message),
    list: async (afterId, limit) => (await store.playgroundMessages(afterId, limit)).map(asMessage),
    latest: async (limit) => (await store.latestPlaygroundMessages(limit)).map(asMessage),
    setStatus: (status) => store.saveSetting(STATUS_SETTING, status, now()),
    status: async () => (await store.setting(STATUS_SETTING)) ?? "pending",
  };
}

function asMessage(row: PlaygroundRow): PlaygroundMessage {
  return { ...row, sample: isSampleName(row.sample) ? row.sample : null };
}

function bufferOf(row: Row): PlaygroundBuffer {
  return {
    id: String(row["id"]),
    count: Number(row["messageCount"]),
    openedAt: iso(row["openedAt"]),
    dueAt: iso(row["dueAt"]),
    windowMs: row["windowMs"] == null ? null : Number(row["windowMs"]),
    isHeld: row["heldUntil"] !== null,
  };
}

function turnOf(row: Row, messageCount: number): PlaygroundTurn {
  const state = String(row["state"]) as PlaygroundTurn["state"];
  return {
    id: String(row["id"]),
    state,
    outcome: textOrNull(row["outcome"]),
    reason: textOrNull(row["reason"]),
    error: textOrNull(row["errorCode"]),
    messageCount,
    attempts: Number(row["attempts"]),
    nextTryAt: state === "scheduled" && Number(row["attempts"]) > 0 ? iso(row["scheduledFor"]) : null,
  };
}

/** Null: it is over. */
function pauseOf(row: Row, now: number): PlaygroundInsight["pause"] {
  if (row["until"] !== null && Number(row["until"]) <= now) return null;
  return { by: String(row["by"] ?? "human"), until: row["until"] === null ? null : iso(row["until"]) };
}

function deliveryOf(row: Row): NonNullable<PlaygroundInsight["delivery"]> {
  return { id: String(row["id"]), state: String(row["state"]), reason: textOrNull(row["reason"]) };
}

function iso(value: Row[string] | undefined): string {
  return new Date(Number(value)).toISOString();
}

function textOrNull(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
