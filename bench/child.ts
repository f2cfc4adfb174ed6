// A benchmark's child process and the talk with it over IPC: the parent asks by name, the child answers.
// What is measured never shares a process with what measures it.

/** What a child can be asked. */
type Calls = Record<string, (...values: never[]) => unknown>;

type Message = { name: string; values: unknown[] } | { name: string; answer: unknown };

export interface Child<Known extends Calls> {
  ask<Name extends keyof Known & string>(
    name: Name,
    ...values: Parameters<Known[Name]>
  ): Promise<Awaited<ReturnType<Known[Name]>>>;
  /** Lets go of the child and resolves when it has ended. */
  stop(): Promise<void>;
}

const READY = "ready";

/** Starts `file` with no more environment than given; its standard error goes to the file at `logPath`. */
export async function startChild<Known extends Calls>(
  file: string,
  env: Record<string, string>,
  logPath: string,
): Promise<Child<Known>> {
  const waiting = new Map<string, (answer: unknown) => void>();
  const answerTo = (name: string): Promise<unknown> => new Promise((resolve) => waiting.set(name, resolve));
  const ready = answerTo(READY);
  const process_ = Bun.spawn([process.execPath, file], {
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...env },
    stdio: ["ignore", "inherit", Bun.file(logPath)],
    ipc: (message: Message) => "answer" in message && waiting.get(message.name)?.(message.answer),
  });
  const ended = process_.exited.then(async () => {
    throw new Error(`${file} ended: ${(await Bun.file(logPath).text()).slice(-2_000)}`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  return {
    ask(name, ...values) {
      const answer = answerTo(name);
      process_.send({ name, values });
      return Promise.race([answer, ended]) as Promise<never>;
    },
    async stop() {
      process_.disconnect();
      await process_.exited;
    },
  };
}

/** The child's side: answers its parent, and calls `stop` when the parent lets go. */
export function serveParent(calls: Calls, stop: () => Promise<void>): void {
  const reply = async (name: string, values: never[]): Promise<void> => {
    const answer: unknown = await calls[name]?.(...values);
    process.send?.({ name, answer } satisfies Message);
  };
  process.on("message", (message: Message) => {
    if ("values" in message) void reply(message.name, message.values as never[]);
  });
  process.on("disconnect", () => void stop());
  process.send?.({ name: READY, answer: null } satisfies Message);
}
