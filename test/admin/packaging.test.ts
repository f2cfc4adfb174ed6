// The dashboard and the rules that come with lull: each can be read, and asks only for figures that there are.
import { describe, expect, test } from "bun:test";
import { openMetrics } from "../../src/metrics.ts";

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string; legendFormat: string }[];
}
interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const read = (path: string): Promise<string> => Bun.file(`${import.meta.dir}/../../packaging/${path}`).text();
const known = await figureNames();
const dashboard = JSON.parse(await read("grafana/dashboard.json")) as {
  schemaVersion: number;
  panels: Panel[];
};
const rules = (
  Bun.YAML.parse(await read("prometheus/alerts.yml")) as { groups: { name: string; rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

async function figureNames(): Promise<Set<string>> {
  const figures = await openMetrics("0").registry.getMetricsAsJSON();
  return new Set(
    figures.flatMap(({ name, type }) =>
      String(type) === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name],
    ),
  );
}

/** The figures a query asks for. */
function asked(expr: string): string[] {
  return [...expr.matchAll(/\b(?:lull|process)_[a-z_]+/g)].map(([name]) => name);
}

function parenthesesMatch(expr: string): boolean {
  let depth = 0;
  for (const sign of expr) {
    if (sign === "(") depth++;
    if (sign === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

const queries = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

describe("every query", () => {
  test.each(queries)("of %s asks for figures that there are", (_of, expr) => {
    expect(asked(expr).length).toBeGreaterThan(0);
    expect(asked(expr).filter((name) => !known.has(name))).toEqual([]);
    expect(parenthesesMatch(expr)).toBe(true);
  });

  test("and one that asks for another would be found", () => {
    expect(asked("rate(lull_nothing_total[5m])").filter((name) => !known.has(name))).toEqual([
      "lull_nothing_total",
    ]);
  });
});

describe("the dashboard", () => {
  test("shows every panel once, none over another", () => {
    const { panels } = dashboard;
    expect(dashboard.schemaVersion).toBeGreaterThan(30);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    for (const { type, targets = [] } of panels) expect(targets.length > 0).toBe(type !== "row");
  });
});

describe("the rules", () => {
  test("say how bad it is and what to do", () => {
    expect(rules.map(({ alert }) => alert)).toContain("LullUnanswered");
    expect(rules.length).toBeGreaterThanOrEqual(7);
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Lull[A-Z][A-Za-z]+$/);
      expect(labels.severity).toMatch(/^(warning|critical)$/);
      expect(annotations.summary.length).toBeGreaterThan(15);
      expect(annotations.description.length).toBeGreaterThan(15);
    }
  });
});
