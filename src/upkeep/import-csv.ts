// CSV by RFC 4180, piece by piece: quotes, line breaks within them, either kind of line end, a byte order mark.
import { AppError } from "../errors.ts";

/** One record, and on which line of its file it begins, from 1. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** Beyond this a quote was opened that is never closed. */
const RECORD_LENGTH_MAX = 4_000_000;

export class CsvReader {
  #fields: string[] = [];
  #field = "";
  /** `quote`: within quotes one was met; another makes it a quote, anything else ends them. */
  #state: "start" | "plain" | "quoted" | "quote" = "start";
  #isAfterReturn = false;
  #isFirst = true;
  #line = 1;
  #startLine = 1;
  #length = 0;

  /** The records that end in this piece. Throws AppError `invalid_body` for one that never does. */
  read(piece: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    const isMarked = this.#isFirst && piece.startsWith("\ufeff");
    if (piece !== "") this.#isFirst = false;
    for (let index = isMarked ? 1 : 0; index < piece.length; index++)
      this.#readChar(piece[index] ?? "", records);
    return records;
  }

  /** The last record, where no line end follows it. Throws as `read` does. */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    if (this.#state === "quoted") throw endless(this.#startLine);
    this.#endRecord(records);
    return records;
  }

  #readChar(char: string, records: CsvRecord[]): void {
    const isPairEnd = this.#isAfterReturn && char === "\n";
    const isLineEnd = (char === "\n" || char === "\r") && !isPairEnd;
    this.#isAfterReturn = char === "\r";
    if (isLineEnd) this.#line += 1;
    if (this.#state === "quoted") {
      if (char === '"') this.#state = "quote";
      else this.#add(char);
    } else if (this.#state === "quote" && char === '"') {
      this.#state = "quoted";
      this.#add(char);
    } else if (isLineEnd) this.#endRecord(records);
    else if (isPairEnd) this.#startLine = this.#line;
    else if (char === ",") this.#endField();
    else if (char === '"' && this.#state === "start") this.#state = "quoted";
    else {
      this.#state = "plain";
      this.#add(char);
    }
  }

  #add(char: string): void {
    this.#field += char;
    this.#length += 1;
    if (this.#length > RECORD_LENGTH_MAX) throw endless(this.#startLine);
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = "";
    this.#state = "start";
  }

  /** An empty line is no record. */
  #endRecord(records: CsvRecord[]): void {
    const isEmpty = this.#fields.length === 0 && this.#state === "start";
    this.#endField();
    if (!isEmpty) records.push({ line: this.#startLine, fields: this.#fields });
    this.#fields = [];
    this.#length = 0;
    this.#startLine = this.#line;
  }
}

function endless(line: number): AppError {
  return new AppError(
    "invalid_body",
    `The record that begins on line ${line} never ends: a quote is not closed.`,
  );
}
