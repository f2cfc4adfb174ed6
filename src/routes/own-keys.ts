// AI keys, of a user or of the system: written once, never shown again but for their last four characters.
import type { Row } from "../db/store-insight.ts";
import { found, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { type Fields, given, readFields, wrong } from "./fields.ts";
import { checkRoom, type OwnDeps } from "./own.ts";

const PROVIDERS = ["groq", "openai"] as const;
/** Printable ASCII without spaces: what a header can carry. */
const API_KEY = /^[\x21-\x7e]{8,500}$/;
const MODEL_LENGTH_MAX = 200;
const TEMPERATURE_MAX = 2;
const PRIORITY_MAX = 1_000;
/** Keys that a user may add by themselves. */
const KEYS_MAX = 20;

export function keyVerbs({ store, credentials }: OwnDeps) {
  async function keysOf(userId: string | null): Promise<Row[]> {
    if (userId !== null) found(await store.user(userId), "user");
    return store.listCredentials(userId);
  }

  async function answerKey(userId: string | null, keyId: string): Promise<Response> {
    const row = (await keysOf(userId)).find(({ id }) => id === keyId);
    return accept({ data: present(found(row ?? null, "key")) });
  }

  return {
    list: async ({ userId }: OwnRequest<string | null>) =>
      accept({ data: (await keysOf(userId)).map(present), nextCursor: null }),

    add: async ({ userId, by, request, changed }: OwnRequest<string | null>) => {
      const fields = await readFields(request, ["provider", "apiKey", "model", "temperature", "priority"]);
      const provider = fields.needed("provider", fields.word("provider", PROVIDERS));
      const apiKey = fields.needed("apiKey", fields.raw("apiKey"));
      if (!API_KEY.test(apiKey)) throw wrong("apiKey", "8 to 500 printable characters without a space");
      const manner = { model: null, temperature: null, priority: 0, ...readManner(fields) };
      checkRoom(by, (await keysOf(userId)).length, KEYS_MAX, "keys");
      const id = found(await credentials.add(userId, { provider, apiKey, ...manner }), "user");
      changed("key.add", id);
      return answerKey(userId, id);
    },

    show: ({ userId, rowId }: OwnRequest<string | null>) => answerKey(userId, rowId),

    change: async ({ userId, rowId, request, changed }: OwnRequest<string | null>) => {
      const change = readManner(await readFields(request, ["model", "temperature", "priority"]));
      found(await credentials.change(userId, rowId, change), "key");
      changed("key.change", rowId);
      return answerKey(userId, rowId);
    },

    remove: async ({ userId, rowId, changed }: OwnRequest<string | null>) => {
      found(await credentials.remove(userId, rowId), "key");
      changed("key.remove", rowId);
      return accept({ action: "removed" });
    },

    /** Everybody's: whoever has mended something wants it tried, and does not know which keys rest for it. */
    wake: async ({ changed }: OwnRequest<null>) => {
      await credentials.wake();
      changed("key.wake");
      return accept({ action: "woken" });
    },
  };
}

/** How a key is used; an empty priority is the first. */
function readManner(fields: Fields) {
  const priority = fields.whole("priority", 0, PRIORITY_MAX);
  return given({
    model: fields.line("model", MODEL_LENGTH_MAX),
    temperature: fields.number("temperature", 0, TEMPERATURE_MAX),
    priority: priority === null ? 0 : priority,
  });
}
