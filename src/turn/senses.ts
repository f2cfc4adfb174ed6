// Makes words and pictures of what customers attach, each in order, before a model is asked.
import type { Attachment } from "../chatwoot/arrival.ts";
import type { TurnClaim, TurnMaterial } from "../db/store.ts";
import type { Known } from "../identity/parties.ts";
import type { Sense, SensedMessage } from "./sensed.ts";

export class Senses {
  /** The messages of a turn with what was made of their attachments. Rejects with the signal's reason alone. */
  async read(
    _claim: TurnClaim,
    { messages }: TurnMaterial,
    _known: Known,
    _signal: AbortSignal,
  ): Promise<SensedMessage[]> {
    return messages.map((message) => ({
      ...message,
      attachments: message.attachments.map((attachment) => ({ ...attachment, sense: senseOf(attachment) })),
    }));
  }
}

function senseOf({ kind, transcript }: Attachment): Sense {
  if (transcript !== null) return { kind: "heard", transcript };
  if (kind === "location" || kind === "contact") return { kind: "told" };
  return { kind: "unread", reason: "unsupported" };
}
