// Which layer every source file belongs to, which package may be used where, and what breaks these rules.
import type { Import } from "./source.ts";

/** From the top; a file imports its own layer or a lower one. A path without `/…` at its end is a file. */
const LAYERS: readonly { name: string; holds: readonly string[] }[] = [
  { name: "main", holds: ["main.ts"] },
  {
    name: "app",
    holds: [
      "app.ts",
      "app-services.ts",
      "app-doors.ts",
      "app-identity.ts",
      "app-storage.ts",
      "app-knowledge.ts",
      "app-data.ts",
      "app-kept.ts",
      "app-upkeep.ts",
      // The thread's entry point wires what it needs by itself.
      "upkeep/worker.ts",
      "app-legacy.ts",
    ],
  },
  { name: "entrances", holds: ["routes/", "cli/", "web/", "client/"] },
  {
    name: "services",
    holds: [
      "upkeep/",
      "playground/",
      "inbox/inboxes.ts",
      "buffer/buffer.ts",
      "buffer/intake.ts",
      "buffer/due-work.ts",
      "buffer/wheel.ts",
      "turn/worker.ts",
      "turn/run-turn.ts",
      "turn/decide.ts",
      "turn/context.ts",
      "turn/actions.ts",
      "turn/think.ts",
      "turn/turn-asker.ts",
      "turn/summaries.ts",
      "turn/user-context.ts",
      "turn/open-turn.ts",
      "turn/doubt.ts",
      "turn/reply-parts.ts",
      "turn/guards.ts",
      "turn/quality.ts",
      "turn/thought.ts",
      "turn/answer-schemas.ts",
      "turn/prompt.ts",
      "turn/attachment-words.ts",
      "turn/attachment-files.ts",
      "delivery/relay.ts",
      "delivery/errands.ts",
      "delivery/errand-steps.ts",
      "delivery/legacy-relay.ts",
      "delivery/protocol.ts",
      "delivery/look.ts",
      "delivery/typing.ts",
      "delivery/notification.ts",
      "delivery/notifications.ts",
      "delivery/recipient.ts",
      "turn/chat-answer.ts",
      "turn/look-up.ts",
      "turn/senses.ts",
      "turn/pace.ts",
      "turn/hearing.ts",
      "turn/seeing.ts",
      "turn/reading.ts",
      "turn/budget.ts",
      "turn/message-words.ts",
      "turn/sound.ts",
      "turn/transcript-note.ts",
      "turn/manners.ts",
      "turn/loops.ts",
      "turn/handoffs.ts",
      "turn/handoff-note.ts",
      "turn/watch.ts",
      "turn/failures.ts",
      "turn/failed-jobs.ts",
      "turn/rehearsal.ts",
      "turn/reprocessing.ts",
      "turn/sensed.ts",
      "identity/resolver.ts",
      "identity/parties.ts",
      "identity/explain.ts",
      "identity/claims.ts",
      "ai/chain.ts",
      "ai/asker.ts",
      "ai/credentials.ts",
      "ai/settings-cache.ts",
      "ai/accounts.ts",
      "ai/ways.ts",
      "ai/keys.ts",
      "ai/model-table.ts",
      "ai/rest.ts",
      "chatwoot/connections.ts",
      "chatwoot/connection-keeper.ts",
      "chatwoot/connection-check.ts",
      "chatwoot/adopt.ts",
      "chatwoot/adopter.ts",
      "chatwoot/catch-up.ts",
      "chatwoot/conversation-reader.ts",
      "chatwoot/lookout.ts",
      "knowledge/extractor.ts",
      "knowledge/file-bytes.ts",
      "knowledge/file-limits.ts",
      "knowledge/files.ts",
      "knowledge/reader.ts",
      "knowledge/search.ts",
      "knowledge/sweeper.ts",
      "knowledge/upload.ts",
      "knowledge/waits.ts",
      "media/",
      "storage/buckets.ts",
      "storage/party.ts",
      "storage/probe.ts",
      "storage/verification.ts",
      "storage/duplicates.ts",
      "storage/export.ts",
      "storage/zip-stream.ts",
      "storage/spool-folder.ts",
      "storage/spool.ts",
      "storage/spool-sweep.ts",
      "storage/bucket-maker.ts",
      "storage/bucket-tasks.ts",
      "storage/archive.ts",
      "storage/breathe.ts",
      "storage/media-fetcher.ts",
      "storage/archive-objects.ts",
    ],
  },
  {
    name: "adapters",
    holds: [
      "db/",
      "ai/openai.ts",
      "ai/tracing.ts",
      "ai/groq.ts",
      "ai/offline.ts",
      "ai/completion.ts",
      "ai/exchange.ts",
      "ai/transcription.ts",
      "ai/failure.ts",
      "chatwoot/client.ts",
      "chatwoot/exchange.ts",
      "chatwoot/answer.ts",
      "chatwoot/listed.ts",
      "storage/",
      "media/system-network.ts",
    ],
  },
  {
    name: "interfaces",
    holds: [
      "db/store.ts",
      "db/store-users.ts",
      "db/store-tokens.ts",
      "db/store-events.ts",
      "db/store-repeats.ts",
      "db/store-identity.ts",
      "db/store-credentials.ts",
      "db/store-usage.ts",
      "db/store-chat.ts",
      "db/store-buckets.ts",
      "db/store-catch-up.ts",
      "db/store-spool.ts",
      "db/store-knowledge.ts",
      "db/store-figures.ts",
      "db/store-work-figures.ts",
      "db/store-watch.ts",
      "db/store-alerts.ts",
      "db/store-flags.ts",
      "db/store-legacy.ts",
      "db/store-import.ts",
      "db/store-webhook-logs.ts",
      "db/store-erasures.ts",
      "db/store-inboxes.ts",
      "db/store-jobs.ts",
      "db/store-prompts.ts",
      "db/store-retention.ts",
      "db/store-schedules.ts",
      "db/store-files.ts",
      "db/store-context.ts",
      "db/store-errands.ts",
      "db/store-audio.ts",
      "db/store-buffers.ts",
      "db/store-deliveries.ts",
      "db/store-insight.ts",
      "db/store-intake.ts",
      "db/store-settings.ts",
      "db/store-turns.ts",
      "db/store-audit.ts",
      "db/store-notifications.ts",
      "db/store-talk.ts",
      "db/store-conversations.ts",
      "db/store-connections.ts",
      "chatwoot/api.ts",
      "ai/provider.ts",
      "ai/traces.ts",
      "ai/speech.ts",
      "ai/capabilities.ts",
      "ai/messages-for.ts",
      "storage/objects.ts",
      "storage/bytes.ts",
      "media/network.ts",
    ],
  },
  {
    name: "domain",
    holds: [
      "buffer/window.ts",
      "buffer/wait.ts",
      "buffer/adaptive-window.ts",
      "identity/address.ts",
      "identity/judgement.ts",
      "identity/verification.ts",
      "identity/layers.ts",
      "identity/numbers.ts",
      "identity/phone.ts",
      "identity/phone-jid.ts",
      "identity/phone-line.ts",
      "identity/phone-metadata.ts",
      "identity/phone-plans.ts",
      "identity/phone-text.ts",
      "ai/prices.ts",
      "inbox/settings.ts",
      "inbox/readers.ts",
      "inbox/read-settings.ts",
      "inbox/hours-text.ts",
      "inbox/hours.ts",
      "inbox/away-text.ts",
      "inbox/lists.ts",
      "ai/spans.ts",
      "ai/limits.ts",
      "ai/credential.ts",
      "turn/outcome.ts",
      "turn/answer-key.ts",
      "turn/prompt-rules.ts",
      "turn/reply-links.ts",
      "turn/share.ts",
      "turn/less-history.ts",
      "turn/gate.ts",
      "turn/language.ts",
      "turn/retry.ts",
      "turn/urgency.ts",
      "turn/urgency-words.ts",
      "turn/handoff-words.ts",
      "turn/handoff-phrases.ts",
      "turn/decision.ts",
      "turn/broken-json.ts",
      "delivery/reply.ts",
      "delivery/split.ts",
      "delivery/parts.ts",
      "delivery/whatsapp-text.ts",
      "delivery/html-tags.ts",
      "delivery/inline-marks.ts",
      "delivery/mark-pairs.ts",
      "delivery/schedule.ts",
      "chatwoot/arrival.ts",
      "chatwoot/body.ts",
      "chatwoot/event.ts",
      "chatwoot/event-schema.ts",
      "chatwoot/command.ts",
      "chatwoot/facts.ts",
      "chatwoot/group-address.ts",
      "chatwoot/incoming.ts",
      "chatwoot/outgoing.ts",
      "chatwoot/attachments.ts",
      "chatwoot/stored-text.ts",
      "chatwoot/signature.ts",
      "chatwoot/raw-webhook.ts",
      "chatwoot/writer.ts",
      "chatwoot/sample.ts",
      "chatwoot/sample-conversation.ts",
      "playground/state.ts",
      "knowledge/csv.ts",
      "knowledge/docx.ts",
      "knowledge/extract.ts",
      "knowledge/extracted.ts",
      "knowledge/file-signature.ts",
      "knowledge/file-name.ts",
      "knowledge/file-type.ts",
      "knowledge/html.ts",
      "knowledge/markup.ts",
      "knowledge/object-name.ts",
      "knowledge/passages.ts",
      "knowledge/pdf.ts",
      "knowledge/query.ts",
      "knowledge/stop-words.ts",
      "knowledge/text-encoding.ts",
      "knowledge/text-sink.ts",
      "knowledge/zip.ts",
      "storage/backoff.ts",
      "storage/failure.ts",
      "storage/names.ts",
      "storage/text-object.ts",
      "storage/checksum.ts",
      "media/allowed-url.ts",
      "media/content-type.ts",
      "media/failure.ts",
      "media/public-address.ts",
    ],
  },
  {
    name: "base",
    holds: [
      "errors.ts",
      "clock.ts",
      "random.ts",
      "sealing.ts",
      "locale.ts",
      "log.ts",
      "log-line.ts",
      "redact.ts",
      "metrics.ts",
      "process-figures.ts",
      "loop.ts",
      "service.ts",
      "unseen.ts",
      "spent-memory.ts",
      "rate.ts",
      "cache.ts",
      "settings.ts",
      "config.ts",
      "config-storage.ts",
      "config-upkeep.ts",
      "durable.ts",
      "storage/bucket-name.ts",
      "version.ts",
    ],
  },
];

/** Each package that is not Bun's or Node's own, and the one place that may know it. */
const PLACES: Readonly<Record<string, string>> = {
  "bun:sqlite": "db/",
  elysia: "routes/",
  commander: "cli/",
  openai: "ai/openai.ts",
  "groq-sdk": "ai/groq.ts",
  "@google-cloud/storage": "storage/gcs.ts",
  "@logtape/logtape": "log.ts",
  "prom-client": "metrics.ts",
  "libphonenumber-js": "identity/phone-metadata.ts",
  jsonrepair: "turn/broken-json.ts",
  htmlparser2: "knowledge/markup.ts",
  unpdf: "knowledge/pdf.ts",
  "client-zip": "storage/zip-stream.ts",
  "@sinclair/typebox": "chatwoot/event-schema.ts",
  "@fastify/busboy": "routes/upload-form.ts",
  croner: "upkeep/schedule.ts",
  "swagger-ui-dist": "routes/api-page.ts",
  "openapi-fetch": "client/client.ts",
  "@opentelemetry/api": "ai/tracing.ts",
  "@opentelemetry/sdk-trace-base": "ai/tracing.ts",
  "@opentelemetry/exporter-trace-otlp-http": "ai/tracing.ts",
};

/** Files that belong to no layer, or are named by one though they are not there. */
export function misplacedFiles(files: readonly string[]): string[] {
  const unknown = files.filter((file) => layerOf(file) === null).map((file) => `${file} belongs to no layer`);
  const named = LAYERS.flatMap(({ holds }) => holds).filter((place) => !place.endsWith("/"));
  const gone = named.filter((file) => !files.includes(file)).map((file) => `${file} is in a layer but gone`);
  return [...unknown, ...gone];
}

/** Each entry point of the build has one place that names adapters. */
const ROOTS: readonly string[] = ["app.ts", "upkeep/worker.ts"];

/** Imports of a higher layer, and of an adapter by anything but the roots and its own kind. Types count like the rest. */
export function layerBreaks(imports: readonly Import[]): string[] {
  return imports
    .filter(({ isPackage }) => !isPackage)
    .flatMap(({ from, to }) => {
      const [above, below] = [rankOf(from), rankOf(to)];
      if (below < above) return [`${from} imports ${to}, which lies above it`];
      const isForeignAdapter = layerOf(to) === "adapters" && !ROOTS.includes(from) && !areSiblings(from, to);
      return isForeignAdapter ? [`${from} imports the adapter ${to}`] : [];
    });
}

/** Packages used outside their one place, and packages that have none. */
export function packageBreaks(imports: readonly Import[]): string[] {
  return imports
    .filter(({ isPackage, to }) => isPackage && !to.startsWith("node:"))
    .flatMap(({ from, to }) => {
      const place = PLACES[to];
      if (place === undefined) return [`${from} imports ${to}, which has no place`];
      return isWithin(from, place) ? [] : [`${from} imports ${to}, which belongs to ${place}`];
    });
}

/**
 * Circles of imports, each by its files. Those that only types close load nothing twice and are allowed inside one
 * folder, where a row and what works on it may name each other; between folders types count, too.
 */
export function cycles(imports: readonly Import[]): string[] {
  const own = imports.filter(({ isPackage }) => !isPackage);
  const loaded = own.filter(({ isTypeOnly }) => !isTypeOnly);
  const betweenFolders = cyclesIn(own).filter((files) => new Set(files.map(folderOf)).size > 1);
  return [...cyclesIn(loaded), ...betweenFolders].map((files) => files.join(" → "));
}

export function layerOf(file: string): string | null {
  const exact = LAYERS.find(({ holds }) => holds.includes(file));
  const around = LAYERS.find(({ holds }) =>
    holds.some((place) => place.endsWith("/") && isWithin(file, place)),
  );
  return (exact ?? around)?.name ?? null;
}

function rankOf(file: string): number {
  return LAYERS.findIndex(({ name }) => name === layerOf(file));
}

function isWithin(file: string, place: string): boolean {
  return place.endsWith("/") ? file.startsWith(place) : file === place;
}

function areSiblings(from: string, to: string): boolean {
  return layerOf(from) === "adapters" && from.split("/")[0] === to.split("/")[0];
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
}

/** One circle for every import that closes one. */
function cyclesIn(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void found.push([...path.slice(path.indexOf(file)), file]);
    if (done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
