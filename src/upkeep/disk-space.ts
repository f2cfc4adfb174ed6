// The room on a disk, as the system tells it.
import { statfsSync } from "node:fs";

export interface DiskSpace {
  /** For lull's own user. */
  freeBytes: number;
  totalBytes: number;
}

/** Null where the system does not tell. */
export function spaceOf(folder: string): DiskSpace | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return blocks === 0 ? null : { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
