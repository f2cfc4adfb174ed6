// JSON exports piece by piece: one array of objects, or an object a line. Each object is cut out whole; nothing else is held.
import { AppError } from "../errors.ts";

/** The text of one object, and on which line of its file it begins, from 1. */
export interface JsonObjectText {
  line: number;
  text: string;
}

/** Beyond this an object was opened that is never closed. */
const OBJECT_LENGTH_MAX = 4_000_000;

export class JsonReader {
  #text = "";
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #line = 1;
  #startLine = 1;

  /** The objects that end in this piece. Throws AppError `invalid_body` where it is neither of the two forms. */
  read(piece: string): JsonObjectText[] {
    const objects: JsonObjectText[] = [];
    let start = 0;
    for (let index = 0; index < piece.length; index++) {
      const char = piece[index] ?? "";
      if (char === "\n") this.#line += 1;
      if (this.#isInString) this.#readInString(char);
      else if (char === '"' && this.#depth > 0) this.#isInString = true;
      else if (char === "{" || (char === "[" && this.#depth > 0)) {
        if (this.#depth === 0) [start, this.#startLine] = [index, this.#line];
        this.#depth += 1;
      } else if (this.#depth === 0) this.#checkBetween(char);
      else if (char === "}" || char === "]") {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        objects.push({ line: this.#startLine, text: this.#text + piece.slice(start, index + 1) });
        this.#text = "";
      }
    }
    if (this.#depth > 0) this.#hold(piece.slice(start));
    return objects;
  }

  /** Throws AppError `invalid_body` where the last object never ends. */
  end(): JsonObjectText[] {
    if (this.#depth > 0) throw endless(this.#startLine);
    return [];
  }

  #readInString(char: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (char === "\\") this.#isEscaped = true;
    else if (char === '"') this.#isInString = false;
  }

  #checkBetween(char: string): void {
    if (/[\s,[\]\ufeff]/.test(char)) return;
    throw new AppError("invalid_body", `On line ${this.#line} there is no object where one must be.`);
  }

  #hold(text: string): void {
    this.#text += text;
    if (this.#text.length > OBJECT_LENGTH_MAX) throw endless(this.#startLine);
  }
}

function endless(line: number): AppError {
  return new AppError("invalid_body", `The object that begins on line ${line} never ends.`);
}
