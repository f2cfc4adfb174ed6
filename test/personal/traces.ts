// Where texts of a person stand in a data folder and in the buckets: every byte of every file is looked through.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestApp } from "../harness/app.ts";

/** The texts that are found anywhere, each with the place. */
export function tracesOf(app: TestApp, texts: readonly string[]): string[] {
  const places = [...filesIn(app), ...objectsIn(app)];
  return places.flatMap(([name, bytes]) =>
    texts.filter((text) => bytes.includes(text)).map((text) => `${text} in ${name}`),
  );
}

function filesIn({ dataDir }: TestApp): [name: string, bytes: Buffer][] {
  const names = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);
}

function objectsIn({ objects }: TestApp): [name: string, bytes: Buffer][] {
  return [...objects.buckets].flatMap(([bucket, { objects: kept }]) =>
    [...kept].map(([name, { bytes }]): [string, Buffer] => [`${bucket}/${name}`, Buffer.from(bytes)]),
  );
}
