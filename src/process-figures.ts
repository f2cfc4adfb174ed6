// What the system tells of this process, read when somebody asks.
import { readFileSync, readdirSync } from "node:fs";

export interface ProcessFigures {
  residentBytes: number;
  /** The system's time for it and its own. */
  cpuSeconds: number;
  /** Files and sockets; null where the system does not tell: Linux alone does. */
  openFileCount: number | null;
  openFilesMax: number | null;
}

const MICROSECONDS_PER_SECOND = 1_000_000;

export function readProcess(): ProcessFigures {
  const { user, system } = process.cpuUsage();
  return {
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / MICROSECONDS_PER_SECOND,
    // The list itself is read through one of them.
    openFileCount: orNull(() => readdirSync("/proc/self/fd").length - 1),
    openFilesMax: orNull(() => openFilesLimit(readFileSync("/proc/self/limits", "utf8"))),
  };
}

function openFilesLimit(limits: string): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}

function orNull(read: () => number | null): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}
