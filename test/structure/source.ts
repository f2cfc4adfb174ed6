// The source as the structure tests see it: every file's text, what it imports, and its text without comments.
import { join } from "node:path";

/** Path below src → text. A made-up one takes the place of the real one where a rule is shown to bite. */
export type Source = ReadonlyMap<string, string>;

export interface Import {
  from: string;
  /** A path below src for a file of ours, else the name of the package. */
  to: string;
  isPackage: boolean;
  /** Gone once the types are: no file is loaded for it. */
  isTypeOnly: boolean;
}

const ROOT = join(import.meta.dir, "../..");

/** All TypeScript below `folder` of the repository. */
export async function readSource(folder: string): Promise<Source> {
  const cwd = join(ROOT, folder);
  const paths = [...new Bun.Glob("**/*.ts").scanSync({ cwd })].sort();
  const texts = await Promise.all(paths.map((path) => Bun.file(join(cwd, path)).text()));
  return new Map(paths.map((path, index) => [path, texts[index] ?? ""]));
}

/** `import … from`, `export … from`, `import "…"` and `import("…")`. */
const STATEMENT = /^(?:import|export)\b([^;"]*?)\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"/gm;

/** Every import of every file; other assets than TypeScript (schema.sql, pages, package.json) are left out. */
export function readImports(source: Source): Import[] {
  return [...source].flatMap(([from, text]) =>
    [...withoutComments(text).matchAll(STATEMENT)].flatMap(([, clause, named, bare, dynamic]) => {
      const target = named ?? bare ?? dynamic ?? "";
      const isPackage = !target.startsWith(".");
      if (!isPackage && !target.endsWith(".ts")) return [];
      const to = isPackage ? packageOf(target) : join(from, "..", target);
      return [{ from, to, isPackage, isTypeOnly: isTypeOnly(clause) }];
    }),
  );
}

/** `import type { A }`, or braces with nothing but types in them. */
function isTypeOnly(clause: string | undefined): boolean {
  const words = clause?.trim() ?? "";
  if (/^type\b/.test(words)) return true;
  const names =
    /^\{([\s\S]*)\}$/
      .exec(words)?.[1]
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  const known = names.filter((name) => name !== "");
  return known.length > 0 && known.every((name) => name.startsWith("type "));
}

function packageOf(target: string): string {
  if (/^(node|bun):/.test(target)) return target;
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The text with comments blanked out, line by line; strings stay, also those with `//` in them. */
export function withoutComments(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g,
    (found, quoted: string | undefined) => quoted ?? found.replace(/[^\n]/g, " "),
  );
}
