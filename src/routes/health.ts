// Is it alive, is it ready, what are its figures. No secrets, no ids, open to probes.
import { Elysia } from "elysia";
import { AppError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import { accept, ANSWER_HEADERS } from "./answers.ts";

export interface HealthDeps {
  metrics: Metrics;
  /** Resolves when a webhook could be stored right now. */
  checkReady: () => Promise<void>;
  /** Brings the gauges up to date. */
  measure: () => Promise<void>;
}

export function healthRoutes({ metrics, checkReady, measure }: HealthDeps) {
  return new Elysia({ name: "health" })
    .get("/livez", () => accept({ status: "alive" }))
    .get("/readyz", async () => {
      await checkReady().catch((cause: unknown) => {
        throw new AppError("busy", "lull cannot store webhooks now.", { retryable: true, cause });
      });
      return accept({ status: "ready" });
    })
    .get("/metrics", async () => {
      await measure();
      const text = await metrics.registry.metrics();
      return new Response(text, {
        headers: { ...ANSWER_HEADERS, "content-type": metrics.registry.contentType },
      });
    });
}
