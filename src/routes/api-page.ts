// The API told: its OpenAPI document, and the page that shows it and lets it be tried, all from the binary. Both hold nothing
// but what stands in lull's source, so anybody who reaches the port may have them; whatever is tried from the page needs its
// token like everything else.
import { Elysia } from "elysia";
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import style from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import { ANSWER_HEADERS } from "./answers.ts";
import { script, servePage, type TextFile } from "./page.ts";

/** Nothing of it is in memory before it is asked for; the two large files never are. */
export function apiPageRoutes() {
  return new Elysia({ name: "api-page" })
    .get("/openapi.json", async () => {
      const { openApiDocument } = await import("./openapi/document.ts");
      return Response.json(openApiDocument(), { headers: ANSWER_HEADERS });
    })
    .get("/api", async () => {
      const page: TextFile = await import("../web/api.html" as string, { with: { type: "text" } });
      return servePage(page.default, "text/html");
    })
    .get(
      "/api/start.js",
      script(() => import("../web/api-start.ts" as string, { with: { type: "text" } })),
    )
    .get("/api/page.css", async () => {
      const page: TextFile = await import("../web/api.css" as string, { with: { type: "text" } });
      return servePage(page.default, "text/css");
    })
    .get("/api/swagger-ui.css", () => servePage(Bun.file(style), "text/css"))
    .get("/api/swagger-ui.js", () => servePage(Bun.file(bundle), "text/javascript"));
}
