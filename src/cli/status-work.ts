// The part of `lull status` about the work: by the hour, what failed, and each aim beside what was measured.
import { at, facts, isRow, type Row, rowsOf, shown, table } from "./columns.ts";

/** What a criterion is called, and how its figures are read. */
const CRITERIA: Readonly<Record<string, string>> = {
  bufferSuccess: "buffers that were processed",
  replyAfterSilence: "reply after the silence (95 %)",
  meanConfidence: "mean confidence",
  identification: "customers identified",
  bucketLookup: "bucket look-up (95 %)",
  duplicateBuckets: "duplicate buckets",
  uptime: "uptime",
  completion: "conversations resolved",
  satisfaction: "satisfaction",
};

/** The blocks of text that `metrics` gives; none where it tells nothing of the work. */
export function workBlocks(metrics: unknown): string[] {
  const criteria = rowsOf(at(metrics, "criteria"));
  const hours = hourRows(at(metrics, "buffers"));
  return [
    ...(criteria.length === 0
      ? []
      : [facts([["aim", "measured", "target"], ...criteria.map(criterionLine)])]),
    ...(isRow(at(metrics, "failedJobs")) ? [facts(troubleLines(metrics))] : []),
    ...(hours.length === 0 ? [] : [table(hours, HOURS, "")]),
  ];
}

function criterionLine({ name, unit, target, aim, measured, isMet, beside }: Row): [string, string, string] {
  const model = at(beside, "modelSeconds");
  const apart = typeof model === "number" ? `, models ${model} s apart` : "";
  const mark = isMet === null ? "" : isMet === true ? " ✔" : " ✗";
  const sign = aim === "above" ? ">" : "≤";
  return [
    CRITERIA[shown(name)] ?? shown(name),
    `${figure(measured, unit)}${apart}`,
    `${sign} ${figure(target, unit)}${mark}`,
  ];
}

function figure(value: unknown, unit: unknown): string {
  if (typeof value !== "number") return shown(null);
  if (unit === "share") return `${Math.round(value * 10_000) / 100} %`;
  return unit === "seconds" ? `${value} s` : String(value);
}

function troubleLines(metrics: unknown): [string, string][] {
  const failed = at(metrics, "failedJobs");
  const counts = at(metrics, "messageCounts");
  const miscounted = rowsOf(at(counts, "miscounted")).length;
  return [
    ["failed jobs", `${shown(at(failed, "count"))} · quarantined ${shown(at(failed, "quarantinedCount"))}`],
    ["counts that are not those of the rows", `${miscounted} of ${shown(at(counts, "checked"))} buffers`],
  ];
}

const HOURS = {
  HOUR: ({ hourAt }: Row) => hourAt,
  BUFFERS: ({ buffersCreated }: Row) => buffersCreated,
  "MESSAGES EACH": ({ averageMessagesPerBuffer }: Row) => averageMessagesPerBuffer,
  PROCESSED: ({ buffersProcessed }: Row) => buffersProcessed,
  SECONDS: ({ averageProcessingSeconds }: Row) => averageProcessingSeconds,
};

/** What was opened and what was processed in one hour, side by side. */
function hourRows(buffers: unknown): Row[] {
  const hours = new Map<string, Row>();
  for (const row of [...rowsOf(at(buffers, "perHour")), ...rowsOf(at(buffers, "processingPerHour"))]) {
    const hour = shown(row["hourAt"]);
    hours.set(hour, { ...hours.get(hour), ...row });
  }
  return [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
