// What a model may have done beside its answer: an allow-list of the inbox, and nothing at all where ai_actions is off. Pure.
import type { Errand } from "../db/store-errands.ts";
import { actionRules } from "./prompt-rules.ts";

/** What a model named and may have done. */
export interface Actions {
  /** The conversation goes to people. */
  isHandoff: boolean;
  errands: Errand[];
}

const HANDOFF = "handoff";
const RESOLVE = "resolve";
const LABEL = "label:";

/** The words by which a model names what it may have done; none of them where it may nothing. */
export function allowedActions(isOn: boolean, labels: readonly string[]): string[] {
  return isOn ? [HANDOFF, RESOLVE, ...labels.map((label) => LABEL + label)] : [];
}

/** How a model is told of them; null where there are none. */
export function actionsInWords(allowed: readonly string[]): string | null {
  return allowed.length === 0 ? null : actionRules(allowed.map((action) => JSON.stringify(action)));
}

/** Whatever is not on the list was never named. A conversation that goes to people is not ended. */
export function actionsOf(named: readonly string[], allowed: readonly string[]): Actions {
  const granted = allowed.filter((action) => named.includes(action));
  const isHandoff = granted.includes(HANDOFF);
  const labels = granted.filter((action) => action.startsWith(LABEL));
  const errands: Errand[] = labels.map((action) => ({ kind: "label", label: action.slice(LABEL.length) }));
  const isEnd = granted.includes(RESOLVE) && !isHandoff;
  return { isHandoff, errands: isEnd ? [...errands, { kind: "resolve" }] : errands };
}
