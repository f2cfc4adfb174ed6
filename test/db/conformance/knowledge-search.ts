// Passages by a customer's words: in their circle alone, whatever they write.
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Searchers } from "../../../src/db/store-knowledge.ts";
import type { Store } from "../../../src/db/store.ts";
import { addFile, addOwner, addRead, sweepAll } from "../filed.ts";
import { must, type OpenScene } from "../scene.ts";

const texts = async (store: Store, searchers: Partial<Searchers>, words: string, limit = 6) => {
  const found = await store.searchPassages({ senderId: null, ownerId: null, ...searchers }, words, limit);
  return found?.map(({ text }) => text) ?? null;
};

/** Words that each circle's files hold, what injections try to name, and what FTS5 takes for its own. */
const WORDS = ["metro", "preço", "preços", "u1", "u2", "l1", "l2", "entrega", "audience", "text"];
const INJECTIONS = [
  `") OR audience:u1`,
  `metro") OR {audience}: ("u1`,
  `u1 OR u2 OR l1 OR l2`,
  `{audience text} : metro`,
  `audience : u1 NOT text`,
  `NEAR(u1 metro, 5)`,
  `metro* OR -audience:metro`,
  `"metro`,
  `metro" AND "u1`,
  `^u1 + metro`,
  `'; DELETE FROM knowledge_index; --`,
];

export function knowledgeSearchConformance(open: OpenScene): void {
  test("the sender finds their own files, of whatever audience; the owner's those for customers alone", async () => {
    await using scene = await open();
    const [ana, bia] = [await addOwner(scene.first), await addOwner(scene.first)];
    for (const [userId, name] of [
      [ana, "Ana"],
      [bia, "Bia"],
    ] as const) {
      await addRead(scene.first, userId, [`metro de ${name}`]);
      await addRead(scene.first, userId, [`metro para clientes de ${name}`], { audience: "customers" });
    }
    const own = ["metro de Ana", "metro para clientes de Ana"];
    const ofLine = ["metro para clientes de Bia"];
    const found = async (searchers: Partial<Searchers>) =>
      (await texts(scene.second, searchers, "metro"))?.toSorted();
    expect(await found({ senderId: ana })).toEqual(own);
    expect(await found({ ownerId: bia })).toEqual(ofLine);
    expect(await found({ senderId: ana, ownerId: bia })).toEqual([...own, ...ofLine].toSorted());
    expect(await found({ senderId: ana, ownerId: ana })).toEqual(own);
  });

  test("accents, capitals and plurals do not matter", async () => {
    await using scene = await open();
    const senderId = await addOwner(scene.first);
    await addRead(scene.first, senderId, ["O preço da instalação", "Prazos de entrega"]);
    for (const words of ["preco", "PREÇO", "preços", "instalacao", "Instalações preços"])
      expect([words, await texts(scene.second, { senderId }, words)]).toEqual([
        words,
        ["O preço da instalação"],
      ]);
    for (const words of ["prazo", "prazos", "entregas"])
      expect([words, await texts(scene.second, { senderId }, words)]).toEqual([words, ["Prazos de entrega"]]);
  });

  test("the passage with more of the words and the rarer ones comes first, and only so many come", async () => {
    await using scene = await open();
    const senderId = await addOwner(scene.first);
    const many = Array.from({ length: 20 }, (_, index) => `o metro de pano ${index}`);
    await addRead(scene.first, senderId, [...many, "o metro do veludo azul custa dez"]);
    const found = must(await texts(scene.second, { senderId }, "quanto custa o metro do veludo?", 3));
    expect(found).toHaveLength(3);
    expect(found[0]).toBe("o metro do veludo azul custa dez");
  });

  test("whose passage it is counts nothing for its place", async () => {
    await using scene = await open();
    const [senderId, ownerId] = [await addOwner(scene.first), await addOwner(scene.first)];
    // Rarer in the index as a word than any that is asked for.
    await addRead(scene.first, ownerId, ["metro"], { audience: "customers" });
    await addRead(scene.first, senderId, [...Array<string>(9).fill("outro"), "metro metro metro"]);
    expect(await texts(scene.second, { senderId, ownerId }, "metro", 1)).toEqual(["metro metro metro"]);
  });

  test("nothing is looked up without a word or without a file that was read, and nothing is found where nothing fits", async () => {
    await using scene = await open();
    const senderId = await addOwner(scene.first);
    expect(await texts(scene.second, { senderId }, "metro")).toBeNull();
    await addFile(scene.first, senderId);
    expect(await texts(scene.second, { senderId }, "metro")).toBeNull();
    await addRead(scene.first, senderId, ["metro"]);
    expect(await texts(scene.second, { senderId }, "?!  🙂")).toBeNull();
    expect(await texts(scene.second, {}, "metro")).toBeNull();
    expect(await texts(scene.second, { senderId }, "veludo")).toEqual([]);
  });

  test("a new user with the number of one who went finds nothing of theirs, swept or not", async () => {
    await using scene = await open();
    const ana = await addOwner(scene.first);
    await addRead(scene.first, ana, ["metro de Ana"], { audience: "customers" });
    await scene.first.deleteUser(ana, scene.now);
    const bia = await addOwner(scene.first);
    const both = { senderId: bia, ownerId: bia };
    expect(await texts(scene.second, both, "metro")).toBeNull();
    await addRead(scene.first, bia, ["metro de Bia"], { audience: "customers" });
    expect(await texts(scene.second, both, "metro")).toEqual(["metro de Bia"]);
    await sweepAll(scene.first);
    expect(await texts(scene.second, both, "metro")).toEqual(["metro de Bia"]);
  });

  test("no words whatever find a passage of another circle", async () => {
    await using scene = await open();
    const owners = await Promise.all(Array.from({ length: 4 }, () => addOwner(scene.first)));
    const shown = new Map<string, { userId: string; audience: "owner" | "customers" }>();
    const random = fc.sample(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }), {
      numRuns: 48,
      seed: 48,
    });
    for (const [index, words] of random.entries()) {
      const userId = must(owners[index % owners.length]);
      const audience = index % 3 === 0 ? "customers" : "owner";
      const text = `${words.join(" ")} #${index}`;
      shown.set(text, { userId, audience });
      const fileId = await addRead(scene.first, userId, [text], { audience });
      if (index % 7 === 0) await scene.first.deleteFile(userId, fileId, scene.now);
      if (index % 7 === 0) shown.delete(text);
    }
    const party = fc.constantFrom(null, ...owners, "nobody");
    const query = fc.oneof(
      fc.array(fc.constantFrom(...WORDS, ...INJECTIONS), { maxLength: 5 }).map((words) => words.join(" ")),
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(...INJECTIONS),
    );
    let foundCount = 0;
    await fc.assert(
      fc.asyncProperty(party, party, query, async (senderId, ownerId, words) => {
        const found = (await texts(scene.second, { senderId, ownerId }, words, 100)) ?? [];
        foundCount += found.length;
        for (const text of found) {
          const { userId, audience } = must(shown.get(text));
          const isOwn = userId === senderId;
          expect(isOwn || (userId === ownerId && audience === "customers")).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(foundCount).toBeGreaterThan(1_000);
  });
}
