// `lull status`: whether the daemon runs, what waits, and how well customers are known and users served.
import type { Command } from "commander";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../clock.ts";
import { at, facts, isRow, type Row, rowsOf, shown } from "./columns.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { workBlocks } from "./status-work.ts";
import type { Terminal } from "./terminal.ts";
import { type DataFlags, dataVerb, type Perform, type Shown, wholeNumber } from "./verb.ts";

interface StatusFlags extends DataFlags {
  hours: number;
}

type Line = [name: string, ...values: unknown[]];

const HOURS_DEFAULT = 24;

export function addStatusVerb(program: Command, perform: Perform, terminal: Terminal): void {
  dataVerb(program, "status", "Say whether the daemon runs, what waits, and how well it goes.")
    .option("--hours <n>", "the time the figures are of", wholeNumber, HOURS_DEFAULT)
    .action((flags: StatusFlags) =>
      perform(flags, (daemon) => readStatus(daemon, flags.hours, terminal.clock.now())),
    );
}

async function readStatus(daemon: DaemonClient, hours: number, now: number): Promise<Shown> {
  const stats = await daemon.ask("GET", "/stats");
  const metrics = await daemon.ask("GET", `/metrics?hours=${hours}`);
  const alerts = rowsOf(await daemon.ask("GET", "/alerts?state=open"));
  const bootedAt = Date.parse(shown(at(stats, "bootedAt")));
  // With no daemon the answer comes from this very process, whose own start nobody asks for.
  const uptimeMs = daemon.isUp && !Number.isNaN(bootedAt) ? now - bootedAt : null;
  const about = { isUp: daemon.isUp, version: at(stats, "version"), uptimeMs };
  const lines = [...daemonLines(about, stats), ...alertLines(alerts), ...workLines(stats)];
  return {
    data: { daemon: about, stats, alerts, metrics },
    text: [...[lines, figureLines(metrics, hours)].map(facts), ...workBlocks(metrics)].join("\n\n"),
  };
}

function daemonLines(
  about: { isUp: boolean; version: unknown; uptimeMs: number | null },
  stats: unknown,
): Line[] {
  const { isUp, version, uptimeMs } = about;
  const isProcessingOn = at(stats, "isProcessingOn") !== false;
  return [
    ["daemon", isUp ? "up" : "down: read from its data folder"],
    ["version", version],
    ...(uptimeMs === null ? [] : [["uptime", span(uptimeMs)] satisfies Line]),
    ["processing", isProcessingOn ? "on" : "off: messages are only stored"],
  ];
}

/** Each says itself what to do. */
function alertLines(alerts: readonly Row[]): Line[] {
  return alerts.map(({ text, fix }) => ["alert", `${shown(text)} ${shown(fix)}`]);
}

function workLines(stats: unknown): Line[] {
  const nouns = ["buffers", "jobs", "deliveries"].map((noun): Line => [noun, tally(at(stats, noun))]);
  // Those of buffers alone: the chat API has none, and the figures below count its messages, too.
  return [...nouns, ["buffered", tally(at(stats, "messages"))]];
}

/** What was measured, beside the target where there is one. */
function figureLines(metrics: unknown, hours: number): Line[] {
  const known = at(metrics, "identification");
  const covered = at(metrics, "credentialCoverage");
  const fallback = at(metrics, "fallback");
  const [messages, identified] = [count(known, "customerMessages"), count(known, "identifiedMessages")];
  return [
    [`last ${hours} h`, "measured", "target"],
    ["messages with a user", share(known, identified, messages), target(known)],
    ["messages without a user", messages - identified],
    ["found by", tally(at(known, "byLayer"))],
    ["users with a key", share(covered, count(covered, "usersWithKey"), count(covered, "users"))],
    [
      "without a key",
      rowsOf(at(covered, "withoutKey"))
        .map(({ name }) => shown(name))
        .join(", "),
    ],
    ["calls on the system's key", share(fallback, count(fallback, "systemCalls"), count(fallback, "calls"))],
  ];
}

function tally(counts: unknown): string {
  const pairs = isRow(counts) ? Object.entries(counts).filter(([, value]) => value !== 0) : [];
  return pairs.map(([name, value]) => `${name} ${shown(value)}`).join(" · ");
}

function count(figure: unknown, name: string): number {
  const value = at(figure, name);
  return typeof value === "number" ? value : 0;
}

function share(figure: unknown, part: number, whole: number): string {
  return `${percent(at(figure, "rate"))} (${part} of ${whole})`;
}

function target(figure: unknown): string {
  const [rate, wanted] = [at(figure, "rate"), at(figure, "target")];
  const mark = typeof rate !== "number" || typeof wanted !== "number" ? "" : rate >= wanted ? " ✔" : " ✗";
  return `${percent(wanted)}${mark}`;
}

function percent(rate: unknown): string {
  return typeof rate === "number" ? `${Math.round(rate * 1000) / 10} %` : "–";
}

/** The two greatest units of a span. */
function span(ms: number): string {
  const [days, hours, minutes] = [ms / DAY_MS, (ms % DAY_MS) / HOUR_MS, (ms % HOUR_MS) / MINUTE_MS].map(
    Math.floor,
  );
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min`;
}
