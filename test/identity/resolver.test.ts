// The resolver over the real store: what it answers, what it tells, and that its memory never says otherwise than the rows.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Store } from "../../src/db/store.ts";
import { type Address, addressesOf, addressOf } from "../../src/identity/address.ts";
import type { Identification } from "../../src/identity/layers.ts";
import { storedNumber } from "../../src/identity/numbers.ts";
import { Resolver, type ResolverDeps } from "../../src/identity/resolver.ts";
import { createLog } from "../../src/log.ts";
import { openMetrics } from "../../src/metrics.ts";
import { message } from "../db/arrivals.ts";
import { windowOf } from "../db/scene.ts";
import { openStore, tempFolder } from "../db/sqlite-pair.ts";
import { ManualClock, TEST_START } from "../harness/clock.ts";

const NUMBERS = ["+5511987654321", "+5511912345678", "+551133334444", "+14155552671"] as const;
const ALIASES = ["111111111111111@lid", "222222222222222@lid"] as const;
let nextMessageId = 1;
const HOUR_MS = 60 * 60_000;

interface World extends AsyncDisposable {
  store: Store;
  clock: ManualClock;
  resolver: Resolver;
  /** What the resolver wrote, by event and text. */
  told: { name: string; text: string }[];
  here: number;
  there: number;
  /** Answers from the rows alone. */
  fresh: () => Resolver;
}

async function openWorld(): Promise<World> {
  const folder = tempFolder();
  const store = openStore(folder.path);
  const clock = new ManualClock();
  const told: World["told"] = [];
  const log = createLog((_level, name, fields) => void told.push({ name, text: JSON.stringify(fields) }));
  const metrics = openMetrics("test");
  const fresh = () => new Resolver({ store, clock, log, metrics, accountIdOf: () => 3 });
  return {
    store,
    clock,
    told,
    fresh,
    resolver: fresh(),
    here: await store.ensureConnection("here", TEST_START),
    there: await store.ensureConnection("there", TEST_START),
    async [Symbol.asyncDispose]() {
      await store.close();
      folder[Symbol.dispose]();
    },
  };
}

function identify(resolver: Resolver, connectionKey: number, raw: string): Promise<Identification> {
  const address = addressOf(raw, "BR", "whatsapp");
  const addresses: readonly Address[] = address === null ? [] : [address];
  return resolver.identify({
    connectionKey,
    addresses,
    contactId: 7,
    conversationId: 1,
    subjectId: "turn-1",
  });
}

const stored = (raw: string) => storedNumber(raw, { country: "BR", isExact: false });

async function addUser({ store, clock }: World, name: string, connectionKey: number | null = null) {
  return store.addUser({ name, email: null, connectionKey }, clock.now());
}

function mapTo({ store, clock }: World, userId: string, raw: string, connectionKey: number | null = null) {
  const mapping = { userId, connectionKey, number: stored(raw), isVerified: true, source: "admin" as const };
  return store.addMapping(mapping, null, clock.now());
}

describe("the resolver", () => {
  test("finds the user of a number however it is spelled, and tells so with a masked number", async () => {
    await using world = await openWorld();
    const ana = await addUser(world, "Ana");
    await mapTo(world, ana, "(11) 98765-4321");
    for (const spelling of ["+55 11 98765 4321", "551187654321", "5511987654321:3@s.whatsapp.net"]) {
      expect(await identify(world.resolver, world.here, spelling)).toMatchObject({
        userId: ana,
        isVerified: true,
        matchedBy: "whatsapp_user_mapping",
        isAmbiguous: false,
      });
    }
    expect(world.told.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "identity.started",
        "identity.lookup",
        "identity.found",
        "identity.identified",
      ]),
    );
    const log = JSON.stringify(world.told);
    expect(log).toContain("***21");
    expect(log).not.toMatch(/8765|4321/);
  });

  test("knows the contact, by its account, when it knows nobody", async () => {
    await using world = await openWorld();
    expect(await identify(world.resolver, world.here, NUMBERS[0])).toMatchObject({
      userId: null,
      matchedBy: "contact",
      contactRef: "contact_7_account_3",
    });
    expect(world.told.at(-1)).toMatchObject({ name: "identity.unknown" });
  });

  test("keeps the same number of two users in two connections apart", async () => {
    await using world = await openWorld();
    const [ana, bia] = [await addUser(world, "Ana"), await addUser(world, "Bia")];
    await mapTo(world, ana, NUMBERS[0], world.here);
    await mapTo(world, bia, NUMBERS[0], world.there);
    expect((await identify(world.resolver, world.here, NUMBERS[0])).userId).toBe(ana);
    expect((await identify(world.resolver, world.there, NUMBERS[0])).userId).toBe(bia);
  });

  test("names nobody for a number of two users, and leaves a trace of it", async () => {
    await using world = await openWorld();
    await mapTo(world, await addUser(world, "Ana"), NUMBERS[0]);
    await mapTo(world, await addUser(world, "Bia"), NUMBERS[0]);
    const found = await identify(world.resolver, world.here, NUMBERS[0]);
    expect(found).toMatchObject({ userId: null, isAmbiguous: true, matchedBy: "contact" });
    const { events } = await world.store.conversationWork(world.here, 1, 10);
    expect(events.map(({ name }) => name)).toEqual(["identity.ambiguous"]);
  });

  test("forgets at once what a change made untrue", async () => {
    await using world = await openWorld();
    const ana = await addUser(world, "Ana");
    const mapping = await mapTo(world, ana, NUMBERS[0]);
    expect((await identify(world.resolver, world.here, NUMBERS[0])).userId).toBe(ana);
    await world.store.removeMapping(ana, mapping ?? "");
    expect((await identify(world.resolver, world.here, NUMBERS[0])).userId).toBeNull();
  });

  test("asks the rows again after its answers have grown old", async () => {
    await using world = await openWorld();
    await mapTo(world, await addUser(world, "Ana"), NUMBERS[0]);
    const { resolver, lookups } = counting(world, { cacheLifeMs: HOUR_MS });
    await world.clock.tick(1);
    for (let asked = 0; asked < 3; asked++) await identify(resolver, world.here, NUMBERS[0]);
    expect(lookups()).toBe(1);
    await world.clock.tick(HOUR_MS - 1);
    await identify(resolver, world.here, NUMBERS[0]);
    expect(lookups()).toBe(1);
    await world.clock.tick(1);
    await identify(resolver, world.here, NUMBERS[0]);
    expect(lookups()).toBe(2);
  });

  test("keeps an answer no longer than an hour when nobody says how long", async () => {
    await using world = await openWorld();
    await mapTo(world, await addUser(world, "Ana"), NUMBERS[0]);
    const { resolver, lookups } = counting(world, {});
    await identify(resolver, world.here, NUMBERS[0]);
    await world.clock.tick(HOUR_MS);
    await identify(resolver, world.here, NUMBERS[0]);
    expect(lookups()).toBe(2);
  });

  test("keeps so many answers at most: the longest unused is asked from the rows again", async () => {
    await using world = await openWorld();
    const [one, two, three] = NUMBERS;
    for (const number of [one, two, three]) await mapTo(world, await addUser(world, number), number);
    const { resolver, lookups } = counting(world, { cacheCountMax: 2 });
    for (const number of [one, two, one, three]) await identify(resolver, world.here, number);
    expect(lookups()).toBe(3);
    await identify(resolver, world.here, one);
    await identify(resolver, world.here, three);
    expect(lookups()).toBe(3);
    await identify(resolver, world.here, two);
    expect(lookups()).toBe(4);
  });

  test("names the owner of a line, and nobody for a line of two", async () => {
    await using world = await openWorld();
    const [ana, bia] = [await addUser(world, "Ana"), await addUser(world, "Bia")];
    const line = { connectionKey: world.here, phoneNumberId: null, inboxId: 5, number: null };
    const flags = { isActive: true, isVerified: true };
    await world.store.addLineConfig({ userId: ana, ...line, ...flags }, TEST_START);
    const asked = { inboxId: 5, phoneNumberId: null };
    expect(await world.resolver.ownerOf(world.here, asked, "turn-1")).toBe(ana);
    expect(await world.resolver.ownerOf(world.there, asked, "turn-1")).toBeNull();
    await world.store.addLineConfig({ userId: bia, ...line, ...flags }, TEST_START);
    expect(await world.resolver.ownerOf(world.here, asked, "turn-1")).toBeNull();
  });
});

/** A resolver whose look-ups in the rows are counted. */
function counting(
  { store, clock }: World,
  sizes: Pick<ResolverDeps, "cacheLifeMs" | "cacheCountMax">,
): { resolver: Resolver; lookups: () => number } {
  let lookups = 0;
  const counted = new Proxy(store, {
    get: (target, name) => {
      if (name === "findings") lookups++;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const log = createLog(() => {});
  const rest = { clock, log, metrics: openMetrics("test"), accountIdOf: () => 3 };
  return { resolver: new Resolver({ store: counted, ...rest, ...sizes }), lookups: () => lookups };
}

/** One random change of everything that identifies somebody; numbers pick its parts. */
async function change(world: World, users: string[], [kind, a, b, c]: [number, number, number, number]) {
  const { store, clock, here, there } = world;
  const userId = users[a % users.length] ?? "";
  const raw = NUMBERS[b % NUMBERS.length] ?? NUMBERS[0];
  const connectionKey = [here, there, null][c % 3] ?? null;
  const isVerified = c % 2 === 0;
  switch (kind) {
    case 0:
      return mapTo(world, userId, raw, connectionKey);
    case 1: {
      const source = c % 2 === 0 ? ("admin" as const) : ("self" as const);
      const mapping = { userId, connectionKey, number: stored(raw), isVerified: false, source };
      return store.addMapping(mapping, null, clock.now());
    }
    case 2: {
      const known = (await store.mappings(userId)) ?? [];
      return store.removeMapping(userId, String(known[b % Math.max(known.length, 1)]?.["id"]));
    }
    case 3: {
      const config = { userId, connectionKey, phoneNumberId: null, inboxId: null, number: stored(raw) };
      return store.addLineConfig({ ...config, isActive: c % 4 !== 0, isVerified: true }, clock.now());
    }
    case 4: {
      const { data } = await store.lineConfigs(userId, { limit: 10, cursor: null, state: null });
      const id = String(data[b % Math.max(data.length, 1)]?.["id"]);
      return isVerified
        ? store.removeLineConfig(userId, id)
        : store.changeLineConfig(userId, id, { isActive: c % 4 === 1 }, clock.now());
    }
    case 5: {
      const profile = { fullName: "x", language: null, number: c === 0 ? null : stored(raw), isVerified };
      return store.saveProfile(userId, profile, clock.now());
    }
    case 6: {
      const note = {
        userId,
        title: null,
        content: "x",
        contactName: null,
        contact: stored(raw),
        metAt: null,
      };
      return store.addMeetingNote(note, clock.now());
    }
    case 7:
      return chat(world, connectionKey ?? here, raw);
    case 8:
      return learn(world, connectionKey ?? there, raw, ALIASES[c % ALIASES.length] ?? ALIASES[0]);
    default: {
      await store.deleteUser(userId, clock.now());
      users[a % users.length] = await addUser(world, "new", connectionKey);
      return null;
    }
  }
}

/** What the layers behind the winning one say is history, and may grow without the answer changing. */
function lasting({ disagreeing: _disagreeing, ...answer }: Identification) {
  return answer;
}

/** A signed event that carries both. */
async function learn(
  { store, clock }: World,
  connectionKey: number,
  phone: string,
  jid: string,
): Promise<void> {
  const facts = { contactPhone: phone, contactIdentifier: jid };
  const rules = {
    windowOf,
    isBuffering: () => true,
    sides: null,
    refusal: () => null,
    pauseMs: null,
    gate: () => null,
  };
  const arrival = message(nextMessageId++, { facts });
  await store.receive([{ connectionKey, arrival, isImmediate: false, isSigned: true }], rules, clock.now());
}

/** A message that is identified as the daemon would: history that may identify later ones. */
async function chat({ store, clock, fresh }: World, connectionKey: number, raw: string): Promise<void> {
  const { userId, matchedBy, isVerified } = await identify(fresh(), connectionKey, raw);
  const { key, keyVersion } = stored(raw);
  const row = { connectionKey, source: "whatsapp", phoneNumber: raw, phoneKey: key, keyVersion, text: "oi" };
  const messageId = await store.keepChatMessage(row, clock.now());
  await store.markChatSender(messageId, { userId, layer: userId === null ? null : matchedBy, isVerified });
}

test("after any row of changes, what it remembers is what the rows say", async () => {
  const step = fc.tuple(fc.nat(9), fc.nat(5), fc.nat(7), fc.nat(11));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await using world = await openWorld();
      const users = await Promise.all(["Ana", "Bia", "Caio"].map((name) => addUser(world, name)));
      for (const next of steps) {
        await change(world, users, next);
        for (const connectionKey of [world.here, world.there]) {
          for (const raw of [...NUMBERS, ...ALIASES]) {
            const answers = [world.resolver, world.fresh()].map((one) => identify(one, connectionKey, raw));
            const [remembered, read] = (await Promise.all(answers)).map(lasting);
            expect(remembered).toEqual(read);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("a number that was taken from a user names nobody by what was said from it before", async () => {
  await using world = await openWorld();
  const ana = await addUser(world, "Ana");
  const mapping = await mapTo(world, ana, NUMBERS[0]);
  await chat(world, world.here, NUMBERS[0]);
  await world.store.removeMapping(ana, mapping ?? "");
  expect((await identify(world.resolver, world.here, NUMBERS[0])).userId).toBeNull();
});

test("a sender whose two addresses name two users is nobody", async () => {
  await using world = await openWorld();
  await mapTo(world, await addUser(world, "Ana"), NUMBERS[0]);
  await mapTo(world, await addUser(world, "Bia"), NUMBERS[1]);
  const addresses = addressesOf({ contactId: 1, phone: NUMBERS[0], sourceId: NUMBERS[1], identifier: null });
  const place = { contactId: 1, conversationId: 1, subjectId: "turn-1" };
  const found = await world.resolver.identify({ connectionKey: world.here, addresses, ...place });
  expect(found).toMatchObject({ userId: null, isAmbiguous: true });
});
