// The page that leads from the old deployment to lull: everything the old documents name is on it, and everything of lull's
// that it names is there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { openMetrics } from "../../src/metrics.ts";
import { lull } from "../harness/command.ts";
import { ROUTES } from "./table.ts";

const root = join(import.meta.dir, "../..");
const page = await Bun.file(join(root, "docs/old-deployment.md")).text();
const readme = await Bun.file(join(root, "README.md")).text();
const schema = await Bun.file(join(root, "schema.sql")).text();

const FUNCTIONS = `chatwoot-webhook chatwoot-webhook-v2 message-buffer-manager buffer-processor user-bucket-service
  create-user-bucket knowledge-base-storage api-chatbot whatsapp-notifications`;
const SQL = `get_cron_job_status trigger_buffer_processing toggle_buffer_processing cron.schedule cron.job net.http_post
  information_schema.tables app.settings.supabase_url app.settings.service_role_key`;
const TABLES = `message_buffer buffered_messages buffer_processing_jobs conversations customer_conversations feature_flags
  user_bucket_mapping whatsapp_user_mapping user_whatsapp_config webhook_api_links profiles meeting_notes audio_files
  webhook_logs cron_job_logs`;
const REPLACED_TABLES = "user_groq_config auth.users";
const SETTINGS = `OPENAI_API_KEY OPENAI_MODEL CHATWOOT_BASE_URL CHATWOOT_API_TOKEN CHATWOOT_ACCOUNT_ID
  CHATWOOT_TYPING_INDICATOR_ENABLED MESSAGE_BUFFER_DURATION_MS BUFFER_PROCESSING_INTERVAL_MS MAX_BUFFER_SIZE MAX_BUFFER_AGE_MS
  AI_PROCESSING_TIMEOUT_MS RESPONSE_QUALITY_THRESHOLD GCS_BUCKET_PREFIX GCS_PROJECT_ID GCS_CLIENT_EMAIL GCS_PRIVATE_KEY
  GCS_PRIVATE_KEY_ID`;
const REPLACED_SETTINGS = "SUPABASE_URL SUPABASE_ANON_KEY SUPABASE_SERVICE_ROLE_KEY";
const CODE = `MessageBuffer MessageBufferManager handleIncomingMessage getOrCreateActiveBuffer addMessageToBuffer
  scheduleBufferProcessing processBuffer ChatwootWebhookPayload ChatwootWebhookV2Processor handleWebhook isValidWhatsAppMessage
  skipMessage processBufferedMessages getBufferedMessages buildAggregatedContext calculateTimeSpan combineTextMessages
  processAudioMessages processAttachments getRecentHistory getUserContext sendResponse BufferedMessage BufferProcessor
  processScheduledBuffers getDueBuffers handleBufferError AggregatedContext urgencyScore AttachmentInfo Message UserProfile
  AIMessageProcessor processAggregatedMessages buildAggregatedPrompt callOpenAI shouldSendResponse formatHistory
  ProcessingResult TypingIndicatorManager showTypingIndicator hideTypingIndicator ResponseEnhancement ResponseEnhancer
  enhanceResponse BufferLog identifyUser getUserGroqClient findUserByWhatsAppNumber generateNumberVariations getUserBucketName
  storeUserBucketMapping processWebhook ensureUserBucket`;

const words = (text: string): string[] => text.split(/\s+/);

/** What is set in code on the page: whole, and what such a piece begins with. */
const prose = page.replaceAll(/^```[\s\S]*?^```/gm, "");
const PIECES = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, piece = ""]) => piece);
const isNamed = (name: string): boolean =>
  PIECES.some((piece) => piece === name || (piece.startsWith(name) && /^\W/.test(piece.slice(name.length))));

describe("everything of the old documents is on the page", () => {
  test.each([
    ["functions", FUNCTIONS],
    ["SQL functions and system tables", SQL],
    ["tables", `${TABLES} ${REPLACED_TABLES}`],
    ["environment variables", `${SETTINGS} ${REPLACED_SETTINGS}`],
    ["classes, interfaces and functions", CODE],
  ])("%s", (_, names) => {
    const there = (name: string) =>
      isNamed(name) || page.includes(`FROM ${name}\``) || page.includes(`FROM ${name} `);
    expect(words(names).filter((name) => !there(name))).toEqual([]);
  });
});

describe("what the page names of lull is there", () => {
  test("files", () => {
    const paths = PIECES.filter((piece) => /^src\/[\w/-]+\.ts$/.test(piece));
    expect(paths.length).toBeGreaterThan(35);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("addresses", () => {
    const routes = new Set(ROUTES.map(({ path }) => path.replace(/:\w+/g, ":")));
    const named = [...page.matchAll(/[`$L ](\/(?:admin|v1|functions|webhooks)\/[\w/:-]*\w)/g)].map(
      ([, path = ""]) => path,
    );
    const missing = named.filter((path) => {
      const wanted = path.replace(/:\w+/g, ":");
      const filled = [...routes].some((route) =>
        new RegExp(`^${route.replaceAll(":", "[^/]+")}$`).test(wanted),
      );
      return !filled && ![...routes].some((route) => route === wanted || route.startsWith(`${wanted}/`));
    });
    expect(named.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  test("commands", async () => {
    const commands = PIECES.filter((piece) => piece.startsWith("lull "));
    expect(commands.length).toBeGreaterThan(15);
    for (const command of new Set(commands)) {
      const verbs = command
        .split(" ")
        .slice(1)
        .filter((word) => /^[a-z][a-z-]*$/.test(word))
        .slice(0, 2);
      const { code, printed } = await lull([...verbs, "--help"]);
      expect([command, code]).toEqual([command, 0]);
      expect(printed).toStartWith(`Usage: lull ${verbs.join(" ")}`);
      const flags = command.split(" ").filter((word) => word.startsWith("--"));
      expect(flags.filter((flag) => !printed.includes(` ${flag} `))).toEqual([]);
    }
  });

  test("tables and settings", () => {
    expect(words(TABLES).filter((table) => !schema.includes(`CREATE TABLE ${table} (`))).toEqual([]);
    const ours = [...page.matchAll(/\b(?:LULL|LEGACY|CHATWOOT|AI|GROQ)_[A-Z_]+[A-Z]\b/g)].map(
      ([name]) => name,
    );
    const settings = new Set([...words(SETTINGS), ...ours]);
    expect([...settings].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  test("figures", async () => {
    const text = await openMetrics("test").registry.metrics();
    const named = PIECES.filter((piece) => /^lull_[a-z_]+$/.test(piece));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  });
});
