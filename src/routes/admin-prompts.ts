// The prompts of an inbox as an operator sees and writes them: versions are added and never changed, each tells how it did,
// and conversations may be shared out among several.
import type { PromptVersion } from "../db/store-prompts.ts";
import type { InboxPlace } from "../db/store-inboxes.ts";
import type { Row } from "../db/store-insight.ts";
import { AppError } from "../errors.ts";
import type { PromptShare } from "../inbox/settings.ts";
import { inboxPlace, type WithInbox } from "./admin-inboxes.ts";
import { found, present } from "./admin-lists.ts";
import type { ChangeDeps } from "./admin.ts";
import { accept } from "./answers.ts";
import { readFields, wrong } from "./fields.ts";

interface WithRequest {
  request: Request;
}

interface WithVersion {
  params: WithInbox["params"] & { version: string };
}

export const PROMPT_LENGTH_MAX = 16_000;
const NOTE_LENGTH_MAX = 500;
const SHARES_MAX = 10;
const PERCENT_SUM = 100;

export function promptHandlers(deps: ChangeDeps) {
  const { store, inboxes, now, changed } = deps;

  /** An inbox of which nothing was saved is saved as it is: a version belongs to a row. */
  async function add(
    request: Request,
    place: InboxPlace,
    prompt: { text: string; note: string | null },
  ): Promise<Response> {
    const { connectionKey, inboxId } = place;
    await inboxes.change(connectionKey, inboxId, (saved) => saved, now());
    const version = await store.addPrompt(place, prompt, now());
    changed(request, "prompt.add", `${connectionKey}/${inboxId}/${version}`);
    return accept({ data: { version } });
  }

  async function versionOf({ params }: WithVersion): Promise<PromptVersion> {
    const place = inboxPlace(params, deps);
    const version = /^\d{1,9}$/.test(params.version) ? Number(params.version) : 0;
    return found(await store.prompt(place, version), "version of the prompt");
  }

  return {
    list: async ({ params }: WithInbox) => {
      const place = inboxPlace(params, deps);
      const { promptShares } = inboxes.of(place.connectionKey, place.inboxId);
      const rows = await store.prompts(place);
      return accept({ data: rows.map((row) => presentOutcomes(row, promptShares)), nextCursor: null });
    },

    show: async (asked: WithVersion) => accept({ data: present({ ...(await versionOf(asked)) }) }),

    add: async ({ params, request }: WithInbox & WithRequest) => {
      const place = inboxPlace(params, deps);
      const fields = await readFields(request, ["text", "note"]);
      const text = fields.needed("text", fields.lines("text", PROMPT_LENGTH_MAX));
      return add(request, place, { text, note: fields.line("note", NOTE_LENGTH_MAX) ?? null });
    },

    restore: async (asked: WithVersion & WithRequest) => {
      const { version, text } = await versionOf(asked);
      return add(asked.request, inboxPlace(asked.params, deps), {
        text,
        note: `version ${version} restored`,
      });
    },

    shares: ({ params }: WithInbox) => {
      const place = inboxPlace(params, deps);
      return accept({ data: { shares: inboxes.of(place.connectionKey, place.inboxId).promptShares } });
    },

    share: async ({ params, request }: WithInbox & WithRequest) => {
      const place = inboxPlace(params, deps);
      const shares = readShares((await readFields(request, ["shares"])).value("shares"));
      for (const { version } of shares) found(await store.prompt(place, version), "version of the prompt");
      const { connectionKey, inboxId } = place;
      const keep = { promptShares: shares };
      const { id } = await inboxes.change(connectionKey, inboxId, (saved) => ({ ...saved, ...keep }), now());
      changed(request, "prompt.share", id);
      return accept({ data: { shares } });
    },
  };
}

function presentOutcomes({ silenced, ...row }: Row, shares: readonly PromptShare[]): Record<string, unknown> {
  const reasons: unknown = JSON.parse(String(silenced ?? "{}"));
  const percent = shares.find(({ version }) => version === row["version"])?.percent ?? null;
  return { ...present(row), silenced: reasons, percent };
}

/** None: the newest version answers everybody. */
function readShares(value: unknown): PromptShare[] {
  if (!Array.isArray(value) || value.length > SHARES_MAX)
    throw wrong("shares", `a list of at most ${SHARES_MAX}`);
  const shares = value.map(readShare);
  if (new Set(shares.map(({ version }) => version)).size < shares.length)
    throw new AppError("invalid_body", "shares names a version twice.");
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (shares.length > 0 && sum !== PERCENT_SUM)
    throw new AppError("invalid_body", `The percents of shares must be ${PERCENT_SUM} together.`);
  return shares;
}

function readShare(value: unknown): PromptShare {
  const share: Partial<Record<string, unknown>> =
    typeof value === "object" && value !== null ? { ...value } : {};
  const { version, percent, ...rest } = share;
  const isWhole = (number: unknown, min: number): number is number =>
    typeof number === "number" && Number.isInteger(number) && number >= min;
  if (!isWhole(version, 1) || !isWhole(percent, 0) || percent > PERCENT_SUM || Object.keys(rest).length > 0)
    throw wrong("shares", 'a list such as [{"version": 2, "percent": 100}], in whole percents');
  return { version, percent };
}
