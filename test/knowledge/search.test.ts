// What is laid before a model: a few passages within a bound, nothing while it is off, and never a failure.
import { expect, test } from "bun:test";
import type { FoundPassage, Searchers } from "../../src/db/store-knowledge.ts";
import { KnowledgeSearch, PASSAGES_CHARACTERS_MAX } from "../../src/knowledge/search.ts";
import { createLog } from "../../src/log.ts";

const ANA: Searchers = { senderId: "ana", ownerId: null };

function open(search: () => Promise<FoundPassage[] | null>) {
  const stage = {
    isOn: true,
    asked: [] as unknown[][],
    failures: [] as string[],
    search,
  };
  const knowledge = new KnowledgeSearch({
    store: {
      searchPassages(...asked) {
        stage.asked.push(asked);
        return stage.search();
      },
    },
    log: createLog((_level, name) => void stage.failures.push(name)),
    isKnowledgeOn: () => stage.isOn,
  });
  return { stage, knowledge };
}

/** The conversation that asks. */
const HERE = { connectionKey: 1, conversationId: 458 };

const passage = (length: number, fileId = "file"): FoundPassage => ({
  fileId,
  fileName: "preços.txt",
  text: "x".repeat(length),
});

test("the best six are asked for, and come in their order", async () => {
  const found = [passage(10, "a"), passage(20, "b")];
  const { stage, knowledge } = open(async () => found);
  expect(await knowledge.passagesFor(ANA, "metro", HERE)).toEqual(found);
  expect(stage.asked).toEqual([[ANA, "metro", 6]]);
});

test("those that are too many characters together are left out, the best being kept", async () => {
  const lengths = [1_000, 4_500, 1_000, 500, 400];
  const { knowledge } = open(async () => lengths.map((length) => passage(length)));
  const found = await knowledge.passagesFor(ANA, "metro", HERE);
  expect(found?.map(({ text }) => text.length)).toEqual([1_000, 4_500, 500]);
  expect(PASSAGES_CHARACTERS_MAX).toBe(6_000);
});

test("nothing is looked up while it is off, or when nobody is known", async () => {
  const { stage, knowledge } = open(async () => [passage(10)]);
  expect(await knowledge.passagesFor({ senderId: null, ownerId: null }, "metro", HERE)).toBeNull();
  stage.isOn = false;
  expect(await knowledge.passagesFor(ANA, "metro", HERE)).toBeNull();
  expect(stage.asked).toEqual([]);
  stage.isOn = true;
  expect(await knowledge.passagesFor({ senderId: null, ownerId: "bia" }, "metro", HERE)).toHaveLength(1);
});

test("that there was nothing to look into is told from that nothing was found", async () => {
  const { stage, knowledge } = open(async () => null);
  expect(await knowledge.passagesFor(ANA, "metro", HERE)).toBeNull();
  stage.search = async () => [];
  expect(await knowledge.passagesFor(ANA, "metro", HERE)).toEqual([]);
});

test("a search that fails costs the passages alone, and is told once until one works again", async () => {
  const { stage, knowledge } = open(() => Promise.reject(new Error("broken")));
  for (let count = 0; count < 3; count++) expect(await knowledge.passagesFor(ANA, "metro", HERE)).toBeNull();
  expect(stage.failures).toEqual(["knowledge.search_failed"]);
  stage.search = async () => [];
  await knowledge.passagesFor(ANA, "metro", HERE);
  stage.search = () => Promise.reject(new Error("broken"));
  await knowledge.passagesFor(ANA, "metro", HERE);
  expect(stage.failures).toHaveLength(2);
});
