// Writes the types of the typed client from lull's own OpenAPI document: `npm run client`. What is written is kept in the
// repository, and a test says when it is out of date.
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { openApiDocument } from "../src/routes/openapi/document.ts";

const TYPES = join(import.meta.dir, "../src/client/api.d.ts");

const HEADER = `// Made by \`npm run client\` from the OpenAPI document: what every address takes and gives. Not to be changed by hand.\n`;

/** The types as they stand in the repository, formatted like the rest of it. */
export async function clientTypes(): Promise<string> {
  const document = JSON.stringify(openApiDocument());
  return formatted(HEADER + astToString(await openapiTS(document)));
}

async function formatted(source: string): Promise<string> {
  const command = [process.execPath, "fmt", "--no-script", `--stdin-filepath=${TYPES}`];
  const formatter = Bun.spawn(command, { stdin: Buffer.from(source), stdout: "pipe", stderr: "inherit" });
  const text = await formatter.stdout.text();
  if ((await formatter.exited) !== 0) throw new Error("the types could not be formatted");
  return text;
}

if (import.meta.main) await Bun.write(TYPES, await clientTypes());
