// Reads Prometheus' text format strictly: what it would refuse throws here, with the line.

export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SUFFIXES = { counter: [""], gauge: [""], histogram: ["_bucket", "_sum", "_count"] };

export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, Family>();
  let family: Family | null = null;
  let help: readonly [name: string, text: string] | null = null;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const helped = HELP.exec(line);
    const typed = TYPE.exec(line);
    if (helped !== null) help = [helped[1] ?? "", helped[2] ?? ""];
    else if (typed !== null) {
      const name = typed[1] ?? "";
      if (families.has(name)) throw new Error(`a second family: ${line}`);
      if (help?.[0] !== name) throw new Error(`no help before: ${line}`);
      family = { name, type: typed[2] as Family["type"], help: help[1], samples: [] };
      families.set(name, family);
    } else if (family === null) throw new Error(`no family before: ${line}`);
    else addSample(family, line);
  }
  for (const each of families.values()) checkFamily(each);
  return families;
}

function addSample(family: Family, line: string): void {
  const found = SAMPLE.exec(line);
  if (found === null) throw new Error(`no sample: ${line}`);
  const [, name = "", labels = "", value = ""] = found;
  if (!SUFFIXES[family.type].some((suffix) => name === `${family.name}${suffix}`))
    throw new Error(`of another family: ${line}`);
  const number = value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(number)) throw new Error(`no number: ${line}`);
  const sample = { name, labels: readLabels(labels, line), value: number };
  const key = (of: Sample): string =>
    `${of.name}${JSON.stringify(Object.entries(of.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
  if (family.samples.some((other) => key(other) === key(sample))) throw new Error(`said twice: ${line}`);
  family.samples.push(sample);
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const found = LABEL.exec(rest);
    if (found === null) throw new Error(`no label: ${line}`);
    labels[found[1] ?? ""] = found[2] ?? "";
    rest = rest.slice(found[0].length);
  }
  return labels;
}

function checkFamily({ name, type, samples }: Family): void {
  if ((type === "counter") !== name.endsWith("_total")) throw new Error(`${name} is a ${type}`);
  if (type === "counter" && samples.some(({ value }) => value < 0)) throw new Error(`${name} went down`);
  if (type === "histogram") checkBuckets(name, samples);
}

/** Buckets add up, and the last one holds all. */
function checkBuckets(name: string, samples: readonly Sample[]): void {
  const bySeries = Map.groupBy(samples, ({ labels: { le: _le, ...rest } }) => JSON.stringify(rest));
  for (const series of bySeries.values()) {
    const buckets = series.filter((sample) => sample.name.endsWith("_bucket"));
    const bounds = buckets.map(({ labels }) => Number(labels["le"] === "+Inf" ? Infinity : labels["le"]));
    const counts = buckets.map(({ value }) => value);
    const count = series.find((sample) => sample.name.endsWith("_count"))?.value;
    if (bounds.some((bound, at) => at > 0 && bound <= (bounds[at - 1] ?? 0)))
      throw new Error(`${name}: bounds`);
    if (counts.some((held, at) => at > 0 && held < (counts[at - 1] ?? 0))) throw new Error(`${name}: counts`);
    if (bounds.at(-1) !== Infinity || counts.at(-1) !== count) throw new Error(`${name}: +Inf`);
  }
}
