// How much one user may keep, and what one who reaches a limit is told.
import type { AddedFile, FileLimits } from "../db/store-knowledge.ts";
import { AppError } from "../errors.ts";

const MIB = 1024 * 1024;

/** Of one file. */
export const FILE_BYTES_MAX = 100 * MIB;
/** Of one user. */
export const FILE_LIMITS: FileLimits = { filesMax: 200, bytesMax: 1024 * MIB, passagesMax: 20_000 };

export type Refusal = Extract<AddedFile, { kind: "refused" }>["reason"];

/** The word that a user reads for a file that was not taken. */
export function refusalOf(reason: Refusal): AppError {
  switch (reason) {
    case "no_user":
      return new AppError("not_found", "There is no such user.");
    case "no_file":
      return new AppError("not_found", "There is no such file.");
    case "filesMax":
      return new AppError("conflict", `A user may have at most ${FILE_LIMITS.filesMax} files.`, {
        fix: "Delete one that is not in use any more, or replace it.",
        reason: "too_many_files",
      });
    case "bytesMax":
      return new AppError(
        "too_large",
        `A user's files may have at most ${mib(FILE_LIMITS.bytesMax)} together.`,
        {
          fix: "Delete one that is not in use any more.",
          reason: "too_many_bytes",
        },
      );
    case "passagesMax":
      return new AppError("conflict", "The texts of this user's files are as long as they may be together.", {
        fix: "Delete one that is not in use any more, or replace it by a shorter one.",
        reason: "too_many_passages",
      });
  }
}

export function fileTooLarge(): AppError {
  return new AppError("too_large", `A file may have at most ${mib(FILE_BYTES_MAX)}.`, {
    fix: "Upload its parts, or its text alone.",
  });
}

function mib(bytes: number): string {
  return `${bytes / MIB} MiB`;
}
