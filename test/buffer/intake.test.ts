import { describe, expect, test } from "bun:test";
import { Intake } from "../../src/buffer/intake.ts";
import type { Intake as Arriving, Receipt } from "../../src/db/store-intake.ts";
import { AppError } from "../../src/errors.ts";

const KB = 1024;

function arriving(conversationId: number): Arriving {
  const facts = {
    conversationId,
    inboxId: null,
    channel: null,
    status: null,
    assignee: null,
    canReply: null,
  };
  const address = { contactPhone: null, contactSourceId: null, contactIdentifier: null };
  const contact = { contactId: null, contactName: null, ...address, isGroup: false, stateAt: null };
  return {
    connectionKey: 1,
    arrival: { kind: "state", facts: { ...facts, ...contact } },
    isImmediate: false,
    isSigned: true,
  };
}

function receiptOf({ arrival }: Arriving): Receipt {
  const conversationId = arrival.kind === "left" ? 0 : arrival.facts.conversationId;
  return { action: "buffered", bufferKey: conversationId, bufferId: "b", dueAt: 0, isNew: true };
}

/** An intake over a store that keeps books of its transactions. */
function openIntake(keep = async (batch: readonly Arriving[]) => batch.map(receiptOf)) {
  const sizes: number[] = [];
  const intake = new Intake((batch) => {
    sizes.push(batch.length);
    return keep(batch);
  });
  return { intake, sizes };
}

const codeOf = (error: unknown): unknown => (error instanceof AppError ? error.code : error);

describe("arrivals of one moment", () => {
  test("are kept in one transaction, each with its own receipt", async () => {
    const { intake, sizes } = openIntake();
    const receipts = await Promise.all([5, 6, 7].map((id) => intake.receive(arriving(id), KB)));
    expect(receipts).toEqual([5, 6, 7].map((id) => receiptOf(arriving(id))));
    expect(sizes).toEqual([3]);
  });

  test("join the batch while it still grows from one turn of the event loop to the next", async () => {
    const { intake, sizes } = openIntake();
    const first = intake.receive(arriving(1), KB);
    await Promise.resolve();
    const second = intake.receive(arriving(2), KB);
    await Promise.all([first, second]);
    expect(sizes).toEqual([2]);
  });

  test("come to at most 512 in one transaction", async () => {
    const { intake, sizes } = openIntake();
    await Promise.all(Array.from({ length: 1_300 }, (_, id) => intake.receive(arriving(id), 1)));
    expect(sizes).toEqual([512, 512, 276]);
  });

  test("come to at most 4 MiB in one transaction, but never to none", async () => {
    const { intake, sizes } = openIntake();
    const bytes = [3_000 * KB, 1_000 * KB, 1_000 * KB, 9_000 * KB, 1];
    await Promise.all(bytes.map((size, id) => intake.receive(arriving(id), size)));
    expect(sizes).toEqual([2, 1, 1, 1]);
  });

  test("those that come during a transaction wait for the next one", async () => {
    const gate = Promise.withResolvers<void>();
    const { intake, sizes } = openIntake(async (batch) => {
      await gate.promise;
      return batch.map(receiptOf);
    });
    const first = intake.receive(arriving(1), KB);
    while (sizes.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    const others = [intake.receive(arriving(2), KB), intake.receive(arriving(3), KB)];
    gate.resolve();
    await Promise.all([first, ...others]);
    expect(sizes).toEqual([1, 2]);
  });
});

test("one that comes in the very moment the one before was answered is kept as well, at any such moment", async () => {
  const { intake, sizes } = openIntake();
  for (let laterBy = 0; laterBy < 10; laterBy++) {
    await intake.receive(arriving(1), KB);
    for (let turn = 0; turn < laterBy; turn++) await Promise.resolve();
    expect(await intake.receive(arriving(2), KB)).toEqual(receiptOf(arriving(2)));
  }
  expect(sizes).toHaveLength(20);
});

describe("what cannot be kept", () => {
  test("is refused alone when the store names it; its neighbours are kept", async () => {
    const { intake } = openIntake(async (batch) =>
      batch.map((one, index) =>
        index === 1 ? { action: "failed", error: new Error("no") } : receiptOf(one),
      ),
    );
    const results = await Promise.allSettled([1, 2, 3].map((id) => intake.receive(arriving(id), KB)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const refused = results.find((result) => result.status === "rejected");
    expect(codeOf(refused?.reason)).toBe("cannot_store");
  });

  test("is refused together when the whole transaction fails, and the next one goes well", async () => {
    let isDown = true;
    const { intake } = openIntake(async (batch) => {
      if (isDown) throw new Error("disk full");
      return batch.map(receiptOf);
    });
    const results = await Promise.allSettled([1, 2].map((id) => intake.receive(arriving(id), KB)));
    expect(results.map((result) => result.status === "rejected" && codeOf(result.reason))).toEqual([
      "cannot_store",
      "cannot_store",
    ]);
    isDown = false;
    expect(await intake.receive(arriving(3), KB)).toEqual(receiptOf(arriving(3)));
  });

  test("is refused when the store gives no receipt for it", async () => {
    const { intake } = openIntake(async () => []);
    expect(codeOf(await intake.receive(arriving(1), KB).catch((error: unknown) => error))).toBe(
      "cannot_store",
    );
  });

  test("is refused at once, retryable, when 10,000 already wait", async () => {
    const { intake } = openIntake();
    const waiting = Array.from({ length: 10_000 }, (_, id) => intake.receive(arriving(id), 1));
    const error: unknown = await intake.receive(arriving(1), 1).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "cannot_store", retryable: true });
    expect(await Promise.all(waiting)).toHaveLength(10_000);
  });
});

test("stopping waits for what is on its way, and may be done twice", async () => {
  const { intake } = openIntake();
  let isKept = false;
  void intake.receive(arriving(1), KB).then(() => (isKept = true));
  await intake.stop();
  await intake.stop();
  expect(isKept).toBe(true);
});
