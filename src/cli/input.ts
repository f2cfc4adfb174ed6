// Standard input: read to its end where something is piped in, asked line by line where a person sits.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Input } from "./terminal.ts";

/** Questions go to standard error: standard output is for the command's own data. */
export function openInput(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Input {
  return {
    isTerminal: stdin.isTTY === true,
    readAll: (charactersMax) => readAll(stdin, charactersMax),
    ask: (question, isHidden) => ask(question, isHidden, stdin, stderr),
  };
}

async function readAll(stdin: NodeJS.ReadStream, charactersMax: number): Promise<string> {
  let text = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > charactersMax) break;
  }
  return text.slice(0, charactersMax);
}

async function ask(
  question: string,
  isHidden: boolean,
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WriteStream,
): Promise<string | null> {
  // The editor of the line shows what is typed by writing it: where nothing is written, nothing is seen.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: isHidden ? nowhere : stderr, terminal: true });
  // Only now that the terminal shows nothing by itself any more: a key may be pasted as soon as it is asked for.
  if (isHidden) stderr.write(question);
  const left = new Promise<null>((resolve) => lines.once("SIGINT", () => resolve(null)));
  try {
    return await Promise.race([lines.question(isHidden ? "" : question), left]);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return null;
    throw error;
  } finally {
    lines.close();
    if (isHidden) stderr.write("\n");
  }
}
