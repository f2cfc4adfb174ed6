// A change of how lull behaves in an inbox, as a person writes it: read part by part over what holds now. Pure.
// Which prompt answers whom is no part of it: shares go with the versions that they name.
import { INBOX_MODES, type InboxMode } from "../config.ts";
import { readHours } from "./hours-text.ts";
import {
  fieldsOf,
  flag,
  listOf,
  matching,
  orNull,
  type Reader,
  text,
  whole,
  word,
  wrong,
} from "./readers.ts";
import { type InboxSettings, inboxSettings, type SavedInboxSettings } from "./settings.ts";

/** What a change may name. */
type Part = Exclude<keyof InboxSettings, "promptShares">;

/** Of each list of patterns. */
const PATTERNS_MAX = 1_000;
const PATTERN_LENGTH_MAX = 64;
const WORDS_MAX = 100;
const WORD_LENGTH_MAX = 64;
const LABELS_MAX = 50;
const LABEL_LENGTH_MAX = 64;
const LINK_HOSTS_MAX = 100;
const HOST_LENGTH_MAX = 253;
const CUSTOMER_TEXT_LENGTH_MAX = 1_000;
const ANSWERS_PER_HOUR_MAX = 1_000;
const URGENCY_MAX = 10;

/**
 * What is saved after the change: a merge patch. Null takes a part back to its default; of a part that has fields, those
 * that are left out stay as they are. `mode` is what inboxes without one of their own have. Throws AppError
 * `invalid_body` that names the path of the first field that is wrong.
 */
export function patchSettings(
  saved: SavedInboxSettings,
  patch: Readonly<Record<string, unknown>>,
  mode: InboxMode,
): SavedInboxSettings {
  const current = inboxSettings(saved, mode);
  const next: Record<string, unknown> = { ...saved };
  for (const [name, value] of Object.entries(patch)) {
    if (!isPart(name)) throw wrong("Every field", `one of ${Object.keys(PARTS).join(", ")}`);
    if (value === null) delete next[name];
    else next[name] = PARTS[name](value, current);
  }
  return next as SavedInboxSettings;
}

const label = matching(
  /^[\p{L}\p{N}_-]+$/u,
  LABEL_LENGTH_MAX,
  `a label of letters, digits, - and _, at most ${LABEL_LENGTH_MAX} of them`,
);
const pattern = matching(
  /^\+?[\d*]+$/,
  PATTERN_LENGTH_MAX,
  `a number such as +5511*, of digits, + and *, at most ${PATTERN_LENGTH_MAX} of them`,
);
const host = matching(
  /^(?:\*|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/,
  HOST_LENGTH_MAX,
  "a host name in small letters, such as example.com, or * for any",
);
const chatwootId = whole(1, Number.MAX_SAFE_INTEGER);

/** The bounds of waits are those of the daemon's own settings. */
const window = fieldsOf<InboxSettings["window"]>({
  silenceMs: orNull(whole(100, 600_000)),
  ageMaxMs: orNull(whole(100, 3_600_000)),
  sizeMax: orNull(whole(1, 500)),
});
const lists = fieldsOf<InboxSettings["lists"]>({
  block: listOf(pattern, PATTERNS_MAX),
  allow: listOf(pattern, PATTERNS_MAX),
});
const handoff = fieldsOf<InboxSettings["handoff"]>({
  isByWords: flag,
  words: listOf(someText(WORD_LENGTH_MAX), WORDS_MAX),
  customerText: orNull(text(CUSTOMER_TEXT_LENGTH_MAX)),
  label: orNull(label),
  assigneeId: orNull(chatwootId),
  teamId: orNull(chatwootId),
});
const quality = fieldsOf<InboxSettings["quality"]>({
  lowConfidence: word(["send", "handoff"]),
  linkHosts: listOf(host, LINK_HOSTS_MAX),
});

const PARTS: { readonly [Name in Part]: (value: unknown, current: InboxSettings) => InboxSettings[Name] } = {
  mode: (value) => word(INBOX_MODES)(value, "mode"),
  window: (value, current) => ({ ...current.window, ...window(value, "window") }),
  hours: (value, current) => readHours(value, "hours", current.hours),
  lists: (value, current) => ({ ...current.lists, ...lists(value, "lists") }),
  groups: (value) => word(["ignore", "answer"])(value, "groups"),
  answersPerHourMax: (value) => whole(1, ANSWERS_PER_HOUR_MAX)(value, "answersPerHourMax"),
  handoff: (value, current) => ({ ...current.handoff, ...handoff(value, "handoff") }),
  quality: (value, current) => ({ ...current.quality, ...quality(value, "quality") }),
  urgencyMin: (value) => whole(1, URGENCY_MAX)(value, "urgencyMin"),
  labels: (value) => listOf(label, LABELS_MAX)(value, "labels"),
};

function isPart(name: string): name is Part {
  return Object.hasOwn(PARTS, name);
}

function someText(lengthMax: number): Reader<string> {
  return (value, path) => {
    const some = text(lengthMax)(value, path);
    if (some === "") throw wrong(path, "a word");
    return some;
  };
}
