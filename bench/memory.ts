// The memory of another process, as the kernel tells it. Linux alone.
import { readFileSync, writeFileSync } from "node:fs";

const LOOK_MS = 20;
/** What, written to clear_refs, makes the peak begin anew at what is held now. */
const FORGET_PEAK = "5";

export interface MemoryWatch {
  /** What the process held when the watch began, and the most since, in MB of 2^20 bytes. */
  beforeMb: number;
  stop(): { peakMb: number };
}

/** Watches a process until `stop`: by its own peak, and by a look every 20 ms where the kernel forgets no peak. */
export function watchMemory(pid: number): MemoryWatch {
  forgetPeak(pid);
  const beforeMb = heldMb(pid, "VmRSS");
  let seenMb = beforeMb;
  const timer = setInterval(() => void (seenMb = Math.max(seenMb, heldMb(pid, "VmRSS"))), LOOK_MS);
  const isForgotten = heldMb(pid, "VmHWM") <= beforeMb + 1;
  return {
    beforeMb,
    stop() {
      clearInterval(timer);
      return { peakMb: isForgotten ? Math.max(seenMb, heldMb(pid, "VmHWM")) : seenMb };
    },
  };
}

function heldMb(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN) / 1024;
}

function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, FORGET_PEAK);
  } catch {
    // Not ours to write to: the looks alone have to do.
  }
}
