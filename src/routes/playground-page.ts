// The playground's files, built into the binary. Who may have them is the route's.
import { type Load, script, servePage, type TextFile } from "./page.ts";

/**
 * Path → the page, its style and its scripts, each read on its first request; the scripts import each other by
 * the paths they have here. The files are named `as string` because the type checker must not read browser files
 * as a part of the daemon; the bundler sees them all the same.
 */
export function pageFiles(): Record<string, Load> {
  return {
    async "/playground"() {
      const file: TextFile = await import("../web/playground.html" as string, { with: { type: "text" } });
      return servePage(file.default, "text/html");
    },
    async "/playground/style.css"() {
      const file: TextFile = await import("../web/playground.css" as string, { with: { type: "text" } });
      return servePage(file.default, "text/css");
    },
    "/playground/app.js": script(() => import("../web/playground.ts" as string, { with: { type: "text" } })),
    "/playground/playground-acts.ts": script(
      () => import("../web/playground-acts.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-elements.ts": script(
      () => import("../web/playground-elements.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-en.ts": script(
      () => import("../web/playground-en.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-fr.ts": script(
      () => import("../web/playground-fr.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-language.ts": script(
      () => import("../web/playground-language.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-look.ts": script(
      () => import("../web/playground-look.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-pt.ts": script(
      () => import("../web/playground-pt.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-ring.ts": script(
      () => import("../web/playground-ring.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-rows.ts": script(
      () => import("../web/playground-rows.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-tell.ts": script(
      () => import("../web/playground-tell.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-texts.ts": script(
      () => import("../web/playground-texts.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-view.ts": script(
      () => import("../web/playground-view.ts" as string, { with: { type: "text" } }),
    ),
    "/playground/playground-words.ts": script(
      () => import("../web/playground-words.ts" as string, { with: { type: "text" } }),
    ),
  };
}

/** What a reader sees who may not come in. */
export function closedPage(): Response {
  return servePage(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width"><title>lull: the playground is closed</title>
<h1>The playground is closed here</h1>
<p>It opens only on the machine that lull runs on, by its loopback address (http://127.0.0.1), and not through a proxy.</p>
<p>While lull has a public address (LULL_PUBLIC_URL), it also needs the admin token, as a bearer header.</p>
</html>`,
    "text/html",
    401,
  );
}
