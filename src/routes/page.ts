// What every page that is built into the binary leaves with: nothing from elsewhere, nothing inline, no frame around it.
import { ANSWER_HEADERS } from "./answers.ts";

const PAGE_HEADERS = {
  ...ANSWER_HEADERS,
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
};

export type Load = () => Promise<Response>;
export type TextFile = { default: string };

/** A part of a page, from memory or from a file. */
export function servePage(part: string | Blob, type: string, status = 200): Response {
  return new Response(part, {
    status,
    headers: { ...PAGE_HEADERS, "content-type": `${type}; charset=utf-8` },
  });
}

/** A browser script, turned into JavaScript once. */
export function script(read: () => Promise<TextFile>): Load {
  let text: string | null = null;
  return async () => {
    text ??= new Bun.Transpiler({ loader: "ts", target: "browser" }).transformSync((await read()).default);
    return servePage(text, "text/javascript");
  };
}
