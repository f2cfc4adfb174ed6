// Whether a machine is at the other end, which would answer lull for ever. Pure.
import type { TurnMessage } from "../db/store-turns.ts";
import type { Talk } from "../db/store-talk.ts";

/** Answered turns are looked at for so long. */
export const LOOP_SPAN_MS = 60 * 60_000;
/** So many times in a row nobody writes the same words and reads an answer in between. */
export const REPEATS_MAX = 3;
/** People do repeat a word; machines send sentences. In UTF-16 units. */
const SENTENCE_LENGTH_MIN = 20;

/** How it shows: too many answers, lull's own words, the same words over and over. */
export type Loop = "too_many" | "echo" | "repeated";

/** The loop that these messages would go on with; null: none. `answersMax` is of LOOP_SPAN_MS. */
export function loopOf(
  messages: readonly Pick<TurnMessage, "content" | "attachments">[],
  talk: Pick<Talk, "answerCount" | "lastReply" | "answered">,
  answersMax: number,
): Loop | null {
  if (talk.answerCount >= answersMax) return "too_many";
  const text = isText(messages) ? plain(messages.map(({ content }) => content ?? "")) : "";
  if (text.length < SENTENCE_LENGTH_MIN) return null;
  if ([plain(talk.lastReply), ...talk.lastReply.map((part) => plain([part]))].includes(text)) return "echo";
  const before = talk.answered.slice(0, REPEATS_MAX - 1);
  const isRepeated = before.length === REPEATS_MAX - 1 && before.every((texts) => plain(texts) === text);
  return isRepeated ? "repeated" : null;
}

/** What colleagues are told of it. */
export function loopNote(loop: Loop, answersMax: number): string {
  const seen: Readonly<Record<Loop, string>> = {
    too_many: `lull answered this contact ${answersMax} times within an hour and takes it for a machine.`,
    echo: "This contact sent lull's own reply back, word for word, as a machine does.",
    repeated: `This contact sent the same text ${REPEATS_MAX} times in a row, as a machine does.`,
  };
  return `${seen[loop]} lull is quiet here for an hour. Write /bot on in a private note to let it answer again.`;
}

/** What hangs on a message may differ where its words do not. */
function isText(messages: readonly Pick<TurnMessage, "attachments">[]): boolean {
  return messages.every(({ attachments }) => attachments.length === 0);
}

function plain(texts: readonly string[]): string {
  return texts.join("\n").replaceAll(/\s+/g, " ").trim();
}
