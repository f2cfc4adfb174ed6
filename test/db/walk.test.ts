// Random walks over the store: whatever happens in whatever order, no message is lost and every one comes to an end.
// A failure prints its seed and the shortest walk that fails; LULL_WALK_SEED and LULL_WALK_COUNT repeat it or go further.
import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { openRaw, openStore, tempFolder } from "./sqlite-pair.ts";
import { checkAlways, checkAtRest } from "./walk/check.ts";
import { MOVES, type MoveName, type Step, comeToRest, take } from "./walk/moves.ts";
import { Walk } from "./walk/walk.ts";

const SEED = Number(process.env["LULL_WALK_SEED"] ?? 20_260_618);
const WALK_COUNT = Number(process.env["LULL_WALK_COUNT"] ?? 300);
const STEP_COUNT_MAX = 60;
/** A walk is about the order of things, not about disks. */
const MEMORY = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const TIME_LIMIT_MS = 60_000 + WALK_COUNT * 100;

/** How often a move is taken beside the others; once, where nothing is said. */
const WEIGHTS: Partial<Record<MoveName, number>> = {
  say: 10,
  lull: 10,
  claimTurns: 4,
  endTurn: 10,
  claimDeliveries: 4,
  beginSend: 4,
  settleDelivery: 8,
  rebatch: 4,
  crash: 2,
};

test(
  "any walk loses no message, does one thing at a time in a conversation, and comes to rest",
  async () => {
    const taken = new Map<string, number>();
    const walks = fc.asyncProperty(anySteps(), (steps) =>
      walkAll(steps, (move) => taken.set(move, (taken.get(move) ?? 0) + 1)),
    );
    await fc.assert(walks, { seed: SEED, numRuns: WALK_COUNT });
    expect([...taken.keys()].toSorted()).toEqual(Object.keys(MOVES).toSorted());
  },
  TIME_LIMIT_MS,
);

async function walkAll(steps: readonly Step[], onStep: (move: MoveName) => void): Promise<void> {
  using folder = tempFolder(MEMORY);
  const walk = await Walk.begin((seed) => openStore(folder.path, seed));
  const raw = openRaw(folder.path);
  try {
    for (const step of steps) {
      await take(walk, step);
      await checkAlways(walk.store, walk.acknowledged);
      expect(wrongConversations(raw)).toEqual([]);
      expect(forgottenHandoffs(raw)).toEqual([]);
      onStep(step.move);
    }
    await comeToRest(walk);
    await checkAtRest(walk.store, walk.acknowledged);
    expect(wrongConversations(raw)).toEqual([]);
  } finally {
    raw.close();
    await walk.close();
  }
}

/** Without fast-check's liking for short and small: most walks are to get somewhere. */
function anySteps(): fc.Arbitrary<Step[]> {
  return fc.noBias(fc.array(anyStep(), { minLength: 10, maxLength: STEP_COUNT_MAX, size: "max" }));
}

function anyStep(): fc.Arbitrary<Step> {
  const names = Object.keys(MOVES) as MoveName[];
  const moves = names.map((move) => ({ arbitrary: fc.constant(move), weight: WEIGHTS[move] ?? 1 }));
  const handle = fc.constantFrom<0 | 1>(0, 1);
  return fc.record({ move: fc.oneof(...moves), handle, pick: fc.nat(10_000) });
}

/** Replies that are over, and nobody was called whom they announced. */
function forgottenHandoffs(db: Database): unknown[] {
  return db
    .query("SELECT id, state FROM outbox WHERE handoff IS NOT NULL AND state IN ('sent', 'failed')")
    .all();
}

/** Conversations whose own columns do not say what their rows say. */
function wrongConversations(db: Database): unknown[] {
  return db
    .query(
      `WITH rows_of AS (SELECT c.*,
        (SELECT id FROM message_buffer AS b WHERE b.status = 'active' AND b.connection_id = c.connection_id
          AND b.conversation_id = c.chatwoot_conversation_id) AS open_buffer,
        (SELECT count(*) FROM buffer_processing_jobs AS j WHERE j.status IN ('scheduled', 'running')
          AND j.connection_id = c.connection_id AND j.conversation_id = c.chatwoot_conversation_id)
        + (SELECT count(*) FROM outbox AS o WHERE o.state IN ('intent', 'sending', 'unknown')
          AND o.connection_id = c.connection_id AND o.conversation_id = c.chatwoot_conversation_id) AS work_count,
        (SELECT count(*) FROM buffered_messages AS m WHERE m.buffer_id IS NOT NULL
          AND m.connection_id = c.connection_id AND m.conversation_id = c.chatwoot_conversation_id) AS row_count
        FROM conversations AS c)
      SELECT id, conversation_state, active_buffer_id, open_buffer, work_count, message_count, row_count FROM rows_of
      WHERE active_buffer_id IS NOT open_buffer OR message_count <> row_count OR conversation_state <>
        iif(open_buffer IS NOT NULL, 'buffering', iif(work_count > 0, 'processing', 'idle'))`,
    )
    .all();
}
