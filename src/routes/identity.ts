// Who a number is, and why: for an operator under /admin, for programs under /v1.
import { Elysia } from "elysia";
import { DEFAULT_CONNECTION } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Inquiry } from "../identity/explain.ts";
import { type Country, isCountry } from "../identity/phone.ts";
import { accept } from "./answers.ts";
import type { TokenGuard } from "./token-guard.ts";

export interface InquiryDeps {
  /** Of numbers that name none. */
  country: Country;
  connectionNamed: (name: string) => { key: number; name: string } | null;
  explain: (inquiry: Inquiry) => Promise<Record<string, unknown>>;
}

export interface IdentityRoutesDeps extends InquiryDeps {
  guard: TokenGuard;
  peerOf: (request: Request, server: unknown) => string | null;
}

type Query = Record<string, unknown>;

export function identityRoutes(deps: IdentityRoutesDeps) {
  return new Elysia({ name: "identity" }).get("/v1/identity/resolve", async ({ request, server, query }) => {
    await deps.guard.check(request, deps.peerOf(request, server), ["service", "chat", "admin"]);
    return answerInquiry(query, deps);
  });
}

/** `?number=&country=&origin=stored|whatsapp&connection=`; all but the number may be left out. */
export async function answerInquiry(query: Query, deps: InquiryDeps): Promise<Response> {
  return accept({ data: await deps.explain(readInquiry(query, deps)) });
}

function readInquiry(query: Query, deps: InquiryDeps): Inquiry {
  const number = wordIn(query, "number");
  if (number === null) throw new AppError("invalid_query", "number is needed.");
  const country = wordIn(query, "country")?.toUpperCase() ?? deps.country;
  if (!isCountry(country))
    throw new AppError("invalid_query", "country must be the two letters of a country.");
  const origin = wordIn(query, "origin") ?? "stored";
  if (origin !== "stored" && origin !== "whatsapp")
    throw new AppError("invalid_query", "origin must be stored or whatsapp.");
  const connection = deps.connectionNamed(wordIn(query, "connection") ?? DEFAULT_CONNECTION);
  if (connection === null) throw new AppError("not_found", "There is no such connection.");
  return { number: withPlus(number), country, origin, connectionKey: connection.key };
}

function wordIn(query: Query, name: string): string | null {
  const value = query[name] ?? null;
  if (value === null || typeof value === "string") return value;
  throw new AppError("invalid_query", `${name} must be given once.`);
}

/** A plus that nobody wrote as %2B arrives as a space. */
function withPlus(number: string): string {
  return number.replace(/^ (?=\d)/, "+");
}
