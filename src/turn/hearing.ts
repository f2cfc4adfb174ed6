// Makes words of a customer's voice notes.
import type { Attached } from "./senses.ts";
import type { Sense } from "./sensed.ts";

export class Hearing {
  /** What an audio says, or why nobody could tell. Rejects as the store does. */
  async hear({ attachment: { transcript } }: Attached, _signal: AbortSignal): Promise<Sense> {
    if (transcript !== null) return { kind: "heard", transcript };
    return { kind: "unread", reason: "no_model" };
  }
}
