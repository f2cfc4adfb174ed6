// Work on whole database files, in a thread of its own: it takes as long as the database is large. The thread has a connection of
// its own, and is ended with its task.
import type { DatabaseAnswer, DatabaseFiles, DatabaseTask } from "../db/store-files.ts";
import { AppError } from "../errors.ts";

/** Asks for one task, and gives what it gives. */
export interface DatabaseAsker {
  /** Throws AppError `cannot_store` where there is no room, or what `signal` was aborted with. */
  ask<Name extends keyof DatabaseFiles>(
    task: Name,
    values: Parameters<DatabaseFiles[Name]>,
    signal: AbortSignal,
  ): Promise<ReturnType<DatabaseFiles[Name]>>;
}

/** `openWorker` starts the thread of src/upkeep/worker.ts. */
export function databaseThread(openWorker: () => Worker): DatabaseAsker {
  return {
    async ask(task, values, signal) {
      signal.throwIfAborted();
      const worker = openWorker();
      try {
        const answer = await answerOf(worker, { task, values } as DatabaseTask, signal);
        if ("failed" in answer) throw failure(answer.failed);
        return answer.done as ReturnType<DatabaseFiles[typeof task]>;
      } finally {
        worker.terminate();
      }
    },
  };
}

/** A thread that ends without an answer has crashed. */
async function answerOf(worker: Worker, task: DatabaseTask, signal: AbortSignal): Promise<DatabaseAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<DatabaseAnswer>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  worker.addEventListener("message", ({ data }: MessageEvent<DatabaseAnswer>) => resolve(data));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    resolve({ failed: "crashed" });
  });
  worker.addEventListener("close", () => resolve({ failed: "crashed" }));
  worker.postMessage(task);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function failure(code: string): AppError {
  if (/^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|ENOSPC|EACCES|EROFS)/.test(code))
    return new AppError("cannot_store", `The file cannot be written or read (${code}).`, {
      fix: "Check the free space and the permissions of the data folder.",
    });
  return new AppError("internal", `The work on the database file broke off (${code}).`);
}
