// A typed client of lull's API for other programs. It knows the addresses and what they take and give, and nothing else of
// lull; the daemon itself has no use for it.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

/** Every schema of the API by its name, as in `Schemas["User"]`. */
export type Schemas = components["schemas"];

export type LullClient = Client<paths>;

export interface LullClientOptions {
  /** Where lull runs, such as http://127.0.0.1:8787. */
  baseUrl: string;
  /** The admin's, or one that an admin handed out; its scope says which addresses answer. */
  token: string;
  /** In the place of the runtime's own. */
  fetch?: (request: Request) => Promise<Response>;
}

/** No network yet. A call gives `data` where lull did it and `error` where it refused; it throws where nothing answers. */
export function openLullClient({ baseUrl, token, fetch }: LullClientOptions): LullClient {
  return createClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${token}` },
    ...(fetch === undefined ? {} : { fetch }),
  });
}
