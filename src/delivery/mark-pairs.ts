// Which runs of `*`, `_` and `~` belong together, and how the pairs are written: the delimiter half of inline text.

/**
 * Who reads the result. "chatwoot" converts Markdown itself (bold is `**`, a literal mark needs a backslash),
 * "whatsapp" shows its own marks (bold is `*`, there is no backslash).
 */
export type MarkdownReader = "chatwoot" | "whatsapp";

/** A run of one mark character, with what its neighbours allow it to be. */
export interface Run {
  mark: string;
  count: number;
  canOpen: boolean;
  canClose: boolean;
  /** True when there is no space on at least one side: only then would Chatwoot take it for a mark. */
  isFlanking: boolean;
}

/** Text to be written as it is, or a run. */
export type Piece = string | Run;

/** One or two characters of a run that wait for their closer. */
interface Opener {
  mark: string;
  size: number;
  isPaired: boolean;
}

/** What became of a run: characters that pair with nothing, then closers, then openers. */
interface Role {
  literalCount: number;
  closeCount: number;
  opened: Opener[];
}

/**
 * Joins the pieces with every pair of marks as the reader needs it: bold for `**`, `__` and a single `*` (italic
 * where it is bold already), `~` for `~~`. What pairs with nothing stays text.
 */
export function writeMarks(pieces: Piece[], reader: MarkdownReader, isInBold: boolean): string {
  const roles = pairRuns(pieces.filter((piece) => typeof piece !== "string"));
  const writer = new MarkWriter(reader, isInBold);
  for (const piece of pieces) {
    if (typeof piece === "string") writer.text(piece);
    else writer.run(piece, roles.get(piece) ?? unpaired(piece));
  }
  return writer.written;
}

function pairRuns(runs: Run[]): Map<Run, Role> {
  const openers = new OpenerStack();
  const roles = new Map<Run, Role>();
  for (const run of runs) {
    const role = unpaired(run);
    if (run.canClose) closeWith(run, role, openers);
    if (run.canOpen && role.closeCount === 0) openWith(run, role, openers);
    roles.set(run, role);
  }
  return roles;
}

function unpaired(run: Run): Role {
  return { literalCount: run.count, closeCount: 0, opened: [] };
}

/** Three marks may close bold and italic, one or two only what was opened by as many. */
function closeWith(run: Run, role: Role, openers: OpenerStack): void {
  while (role.literalCount > 0) {
    const sizes = role.literalCount === 3 ? [1, 2] : [role.literalCount];
    const size = openers.close(run.mark, sizes);
    if (size === null) return;
    role.closeCount++;
    role.literalCount -= size;
  }
}

/** Three marks open bold, then italic inside it. */
function openWith(run: Run, role: Role, openers: OpenerStack): void {
  const sizes = run.count === 3 ? [2, 1] : [run.count];
  role.opened = sizes.map((size) => ({ mark: run.mark, size, isPaired: false }));
  role.literalCount = 0;
  for (const opener of role.opened) openers.push(opener);
}

/** The openers that still wait. Counted by kind, so that a closer without an opener costs no search. */
class OpenerStack {
  private readonly waiting: Opener[] = [];
  private readonly counts = new Map<string, number>();

  push(opener: Opener): void {
    this.waiting.push(opener);
    this.count(opener, 1);
  }

  /** Pairs the nearest fitting opener and returns its size; those opened after it stay text, so pairs always nest. */
  close(mark: string, sizes: number[]): number | null {
    if (!sizes.some((size) => (this.counts.get(mark + size) ?? 0) > 0)) return null;
    for (let opener = this.waiting.pop(); opener !== undefined; opener = this.waiting.pop()) {
      this.count(opener, -1);
      if (opener.mark !== mark || !sizes.includes(opener.size)) continue;
      opener.isPaired = true;
      return opener.size;
    }
    return null;
  }

  private count(opener: Opener, step: number): void {
    const kind = opener.mark + opener.size;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + step);
  }
}

class MarkWriter {
  written = "";
  private readonly reader: MarkdownReader;
  private readonly bold: string;
  private boldDepth: number;
  private readonly open: { written: string; isBold: boolean }[] = [];

  constructor(reader: MarkdownReader, isInBold: boolean) {
    this.reader = reader;
    this.bold = reader === "chatwoot" ? "**" : "*";
    this.boldDepth = isInBold ? 1 : 0;
  }

  text(text: string): void {
    this.written += text;
  }

  run(run: Run, role: Role): void {
    this.literal(run, role.literalCount);
    for (let closed = 0; closed < role.closeCount; closed++) this.close();
    for (const opener of role.opened) {
      if (opener.isPaired) this.openWith(opener);
      else this.literal(run, opener.size);
    }
  }

  /** Chatwoot would make italics of two literal asterisks. */
  private literal(run: Run, count: number): void {
    const needsBackslash = this.reader === "chatwoot" && run.mark === "*" && run.isFlanking;
    this.written += (needsBackslash ? "\\*" : run.mark).repeat(count);
  }

  private openWith(opener: Opener): void {
    const mark = this.markFor(opener);
    if (mark.isBold) this.boldDepth++;
    this.open.push(mark);
    this.written += mark.written;
  }

  private close(): void {
    const mark = this.open.pop();
    if (mark?.isBold) this.boldDepth--;
    this.written += mark?.written ?? "";
  }

  /** Bold inside bold has no mark of its own; a single `*` in there can only mean italic. */
  private markFor(opener: Opener): { written: string; isBold: boolean } {
    if (opener.mark === "~") return { written: "~", isBold: false };
    const isInBold = this.boldDepth > 0;
    if (opener.size === 1 && (isInBold || opener.mark === "_")) return { written: "_", isBold: false };
    return isInBold ? { written: "", isBold: false } : { written: this.bold, isBold: true };
  }
}
