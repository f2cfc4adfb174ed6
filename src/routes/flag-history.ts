// The history of a flag, read out of the audit: who set it, when and why, for whom, and what it was before.
import type { Difference } from "../db/store-audit.ts";
import type { Row } from "../db/store-insight.ts";

interface FlagChange extends Omit<Difference, "field"> {
  /** all, connection:<name> or user:<id>. */
  scope: string;
  field: string;
}

/** A row of the audit as an entry of the history. */
export function presentChange({ at, changes, id, actor, why }: Row): Record<string, unknown> {
  const differences = JSON.parse(String(changes)) as Difference[];
  return {
    id,
    at: new Date(Number(at)).toISOString(),
    actor,
    why,
    changes: differences.flatMap((difference) => changeOf(difference)),
  };
}

/** What follows from the rest, as the state in force does, is left out. */
function changeOf({ field: path, ...values }: Difference): FlagChange[] {
  const [, forAll] = /^set\.(\w+)$/.exec(path) ?? [];
  if (forAll !== undefined) return [{ scope: "all", field: forAll, ...values }];
  const [, scope, field] = /^overrides\.(.+)\.(\w+)$/.exec(path) ?? [];
  return scope === undefined || field === undefined ? [] : [{ scope, field, ...values }];
}
