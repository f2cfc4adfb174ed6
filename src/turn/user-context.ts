// What a customer who is known for certain let lull know: nothing of anybody else, within a budget.
import { clippedText } from "../chatwoot/stored-text.ts";
import type { ContextStore } from "../db/store-context.ts";
import type { Row } from "../db/store-insight.ts";
import type { Address } from "../identity/address.ts";
import type { Known } from "../identity/parties.ts";
import type { UserContext } from "./context.ts";

/** Notes of the last meetings with this contact. */
const NOTES_MAX = 3;
/** Characters of all notes together: the newest first, whole if they fit. */
const NOTES_LENGTH_MAX = 2_000;
const TITLE_LENGTH_MAX = 200;

/** Null: the sender is nobody, or not verified. `addresses` are the sender's own. */
export async function userContextOf(
  { asking, customerName }: Known,
  addresses: readonly Address[],
  store: Pick<ContextStore, "knownUser">,
): Promise<UserContext | null> {
  if (asking.senderId === null) return null;
  // What people typed beside WhatsApp's own number may be anybody's.
  const keys = addresses.filter(({ isHearsay }) => !isHearsay).flatMap((address) => address.keys);
  const { language, notes } = await store.knownUser(asking.senderId, keys, NOTES_MAX);
  return { fullName: customerName, language, meetingNotes: withinBudget(notes) };
}

function withinBudget(notes: readonly Row[]): UserContext["meetingNotes"] {
  let left = NOTES_LENGTH_MAX;
  return notes.flatMap(({ title, content, metAt }) => {
    const text = clippedText(String(content), left);
    if (left <= 0 || text === null) return [];
    left -= text.length;
    return [
      {
        title: title == null ? null : clippedText(String(title), TITLE_LENGTH_MAX),
        content: text,
        metAt: typeof metAt === "number" ? new Date(metAt).toISOString() : null,
      },
    ];
  });
}
