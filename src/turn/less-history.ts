// A prompt that is too long for its model is asked once more without history: an answer to what was said now is better than none.
import { AppError } from "../errors.ts";

/** Asks with all history; when the model says that the prompt is too long, with none. */
export async function withLessHistory<Line, Answer>(
  history: readonly Line[],
  ask: (history: readonly Line[]) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask(history);
  } catch (error) {
    const isTooLong = error instanceof AppError && error.code === "ai_context_too_long";
    if (!isTooLong || history.length === 0) throw error;
    return ask([]);
  }
}
