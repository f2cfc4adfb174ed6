// An archive as an answer, at its reader's pace. Nobody knows its length before it is over: one that breaks off ends the
// connection, so that no part of it passes for the whole.
import { ANSWER_HEADERS } from "./answers.ts";
import { allowSilence } from "./patience.ts";

export interface ArchiveToSend {
  archive: ReadableStream<Uint8Array>;
  /** Letters, digits, dots and dashes. */
  fileName: string;
  /** Told when it ends in an error. */
  brokeOff: (error: unknown) => void;
}

/** How long a piece may wait for its reader, or for the store. */
const PIECE_SECONDS = 240;

export function sendArchive(
  { archive, fileName, brokeOff }: ArchiveToSend,
  request: Request,
  server: unknown,
) {
  const reader = archive.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        allowSilence(server, request, PIECE_SECONDS);
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (!request.signal.aborted) brokeOff(error);
          // The runtime prints an error that is given here past the log; without one it only breaks off.
          controller.error();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const headers = {
    ...ANSWER_HEADERS,
    "content-type": "application/zip",
    "content-disposition": `attachment; filename="${fileName}"`,
  };
  return new Response(body, { headers });
}
