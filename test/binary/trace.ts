// Reads what strace wrote of a daemon: which webhooks were answered 200, and whether what they brought was on the disk
// before. It believes the kernel alone, not the daemon.

/** One 200 that answered a webhook. */
export interface Acknowledgement {
  /** Between reading the request and writing the answer, something was written to the write-ahead log… */
  isWritten: boolean;
  /** …and an fsync of it, begun after that, ended well. */
  isSynced: boolean;
}

/** A call as strace shows it with -f and -yy; one that another thread cut in two is put together again. */
interface Call {
  thread: string;
  name: string;
  /** The file or socket it is about. */
  target: string;
  text: string;
  result: number;
  beganAt: number;
}

interface Open {
  writtenAt: number | null;
  isSynced: boolean;
}

/** Every 200 of the trace that answered a webhook on the same socket, in order. */
export function readAcknowledgements(trace: string): Acknowledgement[] {
  const open = new Map<string, Open>();
  const acknowledgements: Acknowledgement[] = [];
  for (const call of readCalls(trace)) {
    if (isRequest(call)) open.set(call.target, { writtenAt: null, isSynced: false });
    for (const waiting of open.values()) note(waiting, call);
    const answered = isAnswer(call) ? open.get(call.target) : undefined;
    if (answered === undefined) continue;
    acknowledgements.push({ isWritten: answered.writtenAt !== null, isSynced: answered.isSynced });
    open.delete(call.target);
  }
  return acknowledgements;
}

/** Files written to, by path. */
export function writtenFiles(trace: string): Set<string> {
  const files = readCalls(trace).filter(
    ({ name, target }) => /^p?write/.test(name) && target.startsWith("/"),
  );
  return new Set(files.map(({ target }) => target));
}

function isRequest({ name, text }: Call): boolean {
  return /^(recvfrom|read)$/.test(name) && text.includes('"POST /webhooks/');
}

function isAnswer({ name, text }: Call): boolean {
  return /^(sendto|sendmsg|write|writev)$/.test(name) && text.includes('"HTTP/1.1 200 ');
}

function note(waiting: Open, { name, target, result, beganAt }: Call): void {
  if (!target.endsWith("-wal")) return;
  if (name === "pwrite64" && result > 0) {
    waiting.writtenAt = beganAt;
    waiting.isSynced = false;
  }
  const isSync = (name === "fsync" || name === "fdatasync") && result === 0;
  if (isSync && waiting.writtenAt !== null && beganAt > waiting.writtenAt) waiting.isSynced = true;
}

/** In the order in which they ended; an answer counts from where it began, since its bytes may leave at once. */
function readCalls(trace: string): Call[] {
  const calls: Call[] = [];
  const cut = new Map<string, { line: string; at: number }>();
  for (const [at, line] of trace.split("\n").entries()) {
    const [, thread = "", rest = ""] = /^(?:\[pid +)?(\d+)\]? +(.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) {
      const begun = rest.slice(0, -"<unfinished ...>".length);
      const call = readCall(thread, `${begun}) = 0`, at);
      if (call !== null && isAnswer(call)) calls.push(call);
      else cut.set(thread, { line: begun, at });
      continue;
    }
    const before = rest.startsWith("<... ") ? cut.get(thread) : { line: "", at };
    if (before === undefined) continue;
    const call = readCall(thread, before.line + rest.replace(/^<\.\.\. \w+ resumed>/, ""), before.at);
    if (call !== null) calls.push(call);
  }
  return calls;
}

function readCall(thread: string, line: string, beganAt: number): Call | null {
  const [, name, target, text, result] =
    /^(\w+)\(\d+<(.+?)>(?:\(deleted\))?(?:,|\)| )(.*?)\)? += (-?\d+)/.exec(line) ?? [];
  if (name === undefined || target === undefined) return null;
  return { thread, name, target, text: text ?? "", result: Number(result), beganAt };
}
