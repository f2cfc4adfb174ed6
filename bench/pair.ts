// A daemon and the world outside it, each in a process of its own, connected by sockets.
import { join } from "node:path";
import { AI_TEST_KEY } from "../test/doubles/ai.ts";
import { startChild } from "./child.ts";
import type { DaemonCalls } from "./daemon.ts";
import { ACCOUNT_ID, USER_TOKEN, WEBHOOK_SECRET, type WorldCalls } from "./world.ts";

/** Starts both; `modelMs` is how long the model takes, `env` joins the daemon's settings. */
export async function startPair(folder: string, modelMs: number, env: Record<string, string>) {
  const world = await startChild<WorldCalls>(
    join(import.meta.dir, "world.ts"),
    { MODEL_MS: String(modelMs) },
    join(folder, "world.log"),
  );
  const { chatwoot, ai } = await world.ask("addresses");
  const settings = {
    PORT: "0",
    LULL_DATA_DIR: join(folder, "data"),
    CHATWOOT_BASE_URL: chatwoot,
    CHATWOOT_ACCOUNT_ID: String(ACCOUNT_ID),
    CHATWOOT_API_TOKEN: USER_TOKEN,
    CHATWOOT_WEBHOOK_SECRET: WEBHOOK_SECRET,
    OPENAI_API_KEY: AI_TEST_KEY,
    OPENAI_BASE_URL: ai,
    ...env,
  };
  const daemon = await startChild<DaemonCalls>(
    join(import.meta.dir, "daemon.ts"),
    settings,
    join(folder, "lull.log"),
  );
  return {
    world,
    daemon,
    address: await daemon.ask("address"),
    async stop(): Promise<void> {
      await daemon.stop();
      await world.stop();
    },
  };
}
