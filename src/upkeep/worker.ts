// The second entry point of the build: the thread for what would keep webhooks waiting. It does one piece of work, which
// it is sent, answers, and is ended by whoever started it. Nothing of the daemon is known here, no key, and of its database the
// file alone.
import { doDatabaseTask } from "../db/files.ts";
import type { DatabaseAnswer, DatabaseTask } from "../db/store-files.ts";
import { AppError } from "../errors.ts";
import { extractText } from "../knowledge/extract.ts";
import type { UnreadableReason } from "../knowledge/extracted.ts";
import type { ExtractAnswer, ExtractRequest } from "../knowledge/extractor.ts";

declare const self: Worker;

self.onmessage = async ({ data }: MessageEvent<ExtractRequest | DatabaseTask>): Promise<void> => {
  self.postMessage(await answer(data));
};

function answer(asked: ExtractRequest | DatabaseTask): Promise<ExtractAnswer> | DatabaseAnswer {
  return "task" in asked ? doDatabaseTask(asked) : extract(asked);
}

async function extract({ kind, bytes, limits }: ExtractRequest): Promise<ExtractAnswer> {
  try {
    return { extracted: await extractText(kind, bytes, limits) };
  } catch (error) {
    return { reason: error instanceof AppError ? (error.reason as UnreadableReason) : "crashed" };
  }
}
