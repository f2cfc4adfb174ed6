// How well it goes, as data: the work by the hour, what failed, who is known and served, and each aim beside what was measured.
import { HOUR_MS } from "../clock.ts";
import type { JobStore } from "../db/store-jobs.ts";
import type { FigureStore } from "../db/store-figures.ts";
import type { WorkFigureStore } from "../db/store-work-figures.ts";
import type { Metrics } from "../metrics.ts";
import { criteriaOf } from "./criteria.ts";
import { peopleFigures } from "./people-figures.ts";
import type { Uptime } from "./uptime.ts";
import { workFigures } from "./work-figures.ts";

export interface FigureDeps {
  store: FigureStore & WorkFigureStore & JobStore;
  metrics: Pick<Metrics, "bucketSeconds">;
  uptime: Pick<Uptime, "shareSince">;
}

/** The figures of the last `hours` hours. A share or a mean of nothing is null, never 0 or 1. */
export async function readFigures(
  deps: FigureDeps,
  hours: number,
  now: number,
): Promise<Record<string, unknown>> {
  const since = now - hours * HOUR_MS;
  const people = await peopleFigures(deps.store, since);
  const work = await workFigures(deps.store, since);
  const criteria = await criteriaOf(deps, { since, now, identification: people.identification.rate, work });
  return { hours, ...people, ...work, criteria };
}
