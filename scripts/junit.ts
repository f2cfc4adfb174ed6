// Reads the JUnit report that `bun test` writes: one result per <testcase>. Not an XML parser: it relies on
// Bun escaping `<` and `>` in names and messages.

export interface TestResult {
  /** As Bun names it: relative to where it ran, or absolute. */
  file: string;
  /** The test's own name behind those of its groups. */
  name: string;
  outcome: "passed" | "failed" | "skipped";
}

/** Every result of the report, in its order; none for a text that is no report. */
export function readReport(xml: string): TestResult[] {
  return [...xml.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)].map(
    ([, tag = "", body = ""]) => ({
      file: attribute(tag, "file"),
      name: [attribute(tag, "classname"), attribute(tag, "name")].filter((part) => part !== "").join(" > "),
      outcome: outcomeOf(body),
    }),
  );
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`(?:^| )${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value.replace(/&(?:lt|gt|quot|apos|amp|#\d+);/g, unescape);
}

function unescape(entity: string): string {
  const named: Record<string, string> = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
    "&amp;": "&",
  };
  return named[entity] ?? String.fromCodePoint(Number(entity.slice(2, -1)));
}

function outcomeOf(body: string): TestResult["outcome"] {
  if (/<(?:failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}
