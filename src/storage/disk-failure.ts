// What a failed call of the file system means.
import { AppError } from "../errors.ts";
import { unavailable } from "./failure.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EROFS: "the disk is read-only",
  EACCES: "the folder may not be used",
  EPERM: "the folder may not be used",
  EMFILE: "too many files are open",
};

/** Reads what a call threw. Whatever it was, somebody can mend the disk: the call may be tried again. */
export function readDiskFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return unavailable(REASONS[codeOf(error)] ?? "the disk failed");
}

/** True when the file system answered with one of these. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
