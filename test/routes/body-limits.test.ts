// No address holds a body of any length: each reads a little more than it may take at most, and refuses the rest.
import { expect, test } from "bun:test";
import { readBytes } from "../../src/routes/request-body.ts";
import { addFile, giveBucket } from "../db/filed.ts";
import { ADMIN_TOKEN, openTestApp, type TestApp } from "../harness/app.ts";
import { addToken, addUser } from "../harness/tenants.ts";
import { NOBODY, ROUTES, type Route } from "./table.ts";

const PIECE_BYTES = 64 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** Where a body ends that nobody stops reading. */
const ENDLESS_BYTES = 16 * 1024 * 1024;
const OLD_ADDRESS = "/functions/v1/knowledge-base-storage";
/** A file in JSON, there alone. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;
const FORM = "multipart/form-data; boundary=x";

test("a body of unknown length is read up to its limit, and no further", async () => {
  const endless = openBody();
  const reading = readBytes(endless.request("http://localhost/", {}), BODY_BYTES_MAX);
  expect(await reading.catch((error: unknown) => error)).toMatchObject({ code: "too_large" });
  expect(endless.givenBytes()).toBeLessThanOrEqual(BODY_BYTES_MAX + 2 * PIECE_BYTES);
});

test("a body in more pieces than any honest one is refused, whatever it says", async () => {
  let givenCount = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      givenCount++;
      controller.enqueue(new Uint8Array([0x20]));
    },
  });
  const reading = readBytes(new Request("http://localhost/", { method: "POST", body }), BODY_BYTES_MAX);
  expect(await reading.catch((error: unknown) => error)).toMatchObject({ code: "invalid_body" });
  expect(givenCount).toBeLessThan(5_000);
});

test("a body in pieces is put together", async () => {
  const pieces = [new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  const request = new Request("http://localhost/", { method: "POST", body });
  expect([...(await readBytes(request, 3))]).toEqual([1, 2, 3]);
  expect(await readBytes(new Request("http://localhost/", { method: "POST" }), 3)).toHaveLength(0);
});

const TAKERS = ROUTES.filter(({ method }) => method !== "GET" && method !== "HEAD");

/** The bytes of an endless body that an address reads. `token`: null for nobody. */
async function takenBytes(
  app: TestApp,
  { method, path }: Route,
  type: string,
  token: string | null,
): Promise<number> {
  const endless = openBody();
  const headers = { "content-type": type, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const answer = await app.handle(endless.request(`http://localhost${path}`, headers, method));
  await answer.body?.cancel();
  return endless.givenBytes();
}

test.each([
  ["application/json", [`${OLD_ADDRESS} of the admin`]],
  // Users are known by their tokens, of whom a form at the old address is it says itself.
  [FORM, ["/v1/me/files of the user", `${OLD_ADDRESS} of the admin`]],
  ["text/plain", []],
  ["application/x-www-form-urlencoded", []],
])(
  "no address takes more than its limit of a body of %s, but for files of callers it knows",
  async (type, takingMore) => {
    await using app = await openTestApp();
    const user = await addToken(app, `user:${await addUser(app, "Ana")}`);
    const callers = { nobody: null, "the admin": ADMIN_TOKEN, "the user": user };
    expect(TAKERS.length).toBeGreaterThan(60);
    const greedy: string[] = [];
    for (const { method, path } of TAKERS) {
      for (const [caller, token] of Object.entries(callers)) {
        const taken = await takenBytes(app, { method, path: path.replaceAll(/:\w+/g, NOBODY) }, type, token);
        if (taken > BODY_BYTES_MAX + 4 * PIECE_BYTES) greedy.push(`${path} of ${caller}`);
      }
    }
    expect(greedy).toEqual(takingMore);
  },
  60_000,
);

test("a file in JSON is read up to its own limit", async () => {
  await using app = await openTestApp();
  const route = { method: "POST", path: OLD_ADDRESS };
  const taken = await takenBytes(app, route, "application/json", ADMIN_TOKEN);
  expect(taken).toBeLessThanOrEqual(JSON_BYTES_MAX + 4 * PIECE_BYTES);
});

test("a file is taken of those who may send it, for a user and a file there are, and of nobody else", async () => {
  await using app = await openTestApp();
  const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
  await giveBucket(app.store(), ana);
  const fileId = await addFile(app.store(), ana);
  const tokens = {
    nobody: null,
    admin: ADMIN_TOKEN,
    service: await addToken(app, "service"),
    chat: await addToken(app, "chat"),
    ana: await addToken(app, `user:${ana}`),
    bia: await addToken(app, `user:${bia}`),
  };
  const uploads: [string, string[]][] = [
    [`POST /admin/users/${ana}/files`, ["admin"]],
    [`PUT /admin/users/${ana}/files/${fileId}`, ["admin"]],
    [`PUT /admin/users/${bia}/files/${fileId}`, []],
    [`POST /v1/knowledge/${ana}/files`, ["admin", "service"]],
    [`PUT /v1/knowledge/${ana}/files/${fileId}`, ["admin", "service"]],
    [`PUT /v1/knowledge/${bia}/files/${fileId}`, []],
    ["POST /v1/me/files", ["ana", "bia"]],
    [`PUT /v1/me/files/${fileId}`, ["ana"]],
    [`POST ${OLD_ADDRESS}?userId=${ana}`, ["admin", "service"]],
    [`POST ${OLD_ADDRESS}?userId=${ana}&fileId=${fileId}`, ["admin", "service"]],
    [`POST ${OLD_ADDRESS}?userId=${bia}&fileId=${fileId}`, []],
    [`POST ${OLD_ADDRESS}?userId=${NOBODY}`, []],
  ];
  for (const [address, expected] of uploads) {
    const [method = "", path = ""] = address.split(" ");
    const takenOf: string[] = [];
    for (const [caller, token] of Object.entries(tokens))
      if ((await takenBytes(app, { method, path }, FORM, token)) > BODY_BYTES_MAX) takenOf.push(caller);
    expect([address, takenOf]).toEqual([address, expected]);
  }
});

function openBody() {
  const piece = new Uint8Array(PIECE_BYTES).fill(0x20);
  let givenBytes = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (givenBytes >= ENDLESS_BYTES) return controller.close();
      givenBytes += piece.byteLength;
      controller.enqueue(piece.slice());
    },
  });
  return {
    request: (address: string, headers: Record<string, string>, method = "POST") =>
      new Request(address, { method, headers, body }),
    givenBytes: () => givenBytes,
  };
}
