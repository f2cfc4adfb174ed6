// The playground over HTTP: its page, its state, and what one can do there. Who may come in is decided by the
// caller's `isAllowed`; what happens is the Playground's.
import { Elysia } from "elysia";
import { AppError } from "../errors.ts";
import { isSampleName } from "../playground/samples.ts";
import { SAMPLE_NAMES } from "../playground/state.ts";
import type { Playground } from "../playground/playground.ts";
import { accept, refuse } from "./answers.ts";
import { closedPage, pageFiles } from "./playground-page.ts";
import { readJsonObject } from "./request-body.ts";

export interface PlaygroundRoutesDeps {
  playground: Playground;
  isAllowed(request: Request, peerAddress: string | null): boolean | Promise<boolean>;
  peerOf(request: Request, server: unknown): string | null;
}

/** WhatsApp shows no longer message than this, in characters. */
const TEXT_MAX = 4_000;
/** Enough for TEXT_MAX characters, each escaped. */
const BODY_BYTES_MAX = 32_768;

type Body = Record<string, unknown>;
type Act = (body: Body) => Promise<Record<string, unknown>>;
type Context = { request: Request; server: unknown };
type Handler = (context: Context) => Promise<Response>;

/** `GET /playground` with its files, `GET /playground/state`, and the POSTs of the page's buttons. */
export function playgroundRoutes(deps: PlaygroundRoutesDeps) {
  const { playground } = deps;
  const post = (act: Act): Handler =>
    guardJson(deps, async (request) => act(await readJsonObject(request, BODY_BYTES_MAX)));
  // The body is read by `readJsonObject`, after the guard and under its own limit.
  const unread = { parse: "none" } as const;
  const routes = new Elysia({ name: "playground" });
  for (const [path, load] of Object.entries(pageFiles())) routes.get(path, guardPage(deps, load));
  return routes
    .get(
      "/playground/state",
      guardJson(deps, async () => ({ ...(await playground.state()) })),
    )
    .post("/playground/messages", post(say(playground)), unread)
    .post("/playground/files", post(attach(playground)), unread)
    .post("/playground/resume", post(resume(playground)), unread)
    .post("/playground/human", post(answerAsHuman(playground)), unread)
    .post(
      "/playground/resolve",
      post(async () => ({ webhook: await playground.resolve() })),
      unread,
    )
    .post("/playground/typing", post(setTyping(playground)), unread)
    .post("/playground/answer-now", post(answerNow(playground)), unread)
    .post("/playground/restart", post(restart(playground)), unread);
}

function say(playground: Playground): Act {
  return async (body) => {
    const copies = body["copies"] ?? 1;
    if (copies !== 1 && copies !== 2) throw new AppError("invalid_body", "copies must be 1 or 2");
    return { webhooks: await playground.say(readText(body), copies) };
  };
}

function attach(playground: Playground): Act {
  return async (body) => {
    const sample = body["sample"];
    if (!isSampleName(sample))
      throw new AppError("invalid_body", `sample must be one of ${SAMPLE_NAMES.join(", ")}`);
    return { webhook: await playground.attach(sample) };
  };
}

function resume(playground: Playground): Act {
  return async () => {
    await playground.resume();
    return { action: "resumed" };
  };
}

function answerAsHuman(playground: Playground): Act {
  return async (body) => {
    const via = body["via"];
    if (via !== "dashboard" && via !== "phone") {
      throw new AppError("invalid_body", "via must be dashboard or phone");
    }
    return { webhook: await playground.answerAsHuman(readText(body), via) };
  };
}

function setTyping(playground: Playground): Act {
  return async (body) => {
    const isOn = body["isOn"];
    if (typeof isOn !== "boolean") throw new AppError("invalid_body", "isOn must be true or false");
    return { webhook: await playground.setTyping(isOn) };
  };
}

function answerNow(playground: Playground): Act {
  return async () => {
    await playground.answerNow();
    return { action: "answering" };
  };
}

function restart(playground: Playground): Act {
  return async () => {
    playground.restart();
    return { action: "restarting" };
  };
}

function readText(body: Body): string {
  const text = body["text"];
  if (typeof text !== "string" || text.trim() === "" || text.length > TEXT_MAX) {
    throw new AppError("invalid_body", `text must be 1 to ${TEXT_MAX} characters`);
  }
  return text;
}

/** Answers what `run` returns, or its AppError; anything else goes to the app's own handler. */
function guardJson(deps: PlaygroundRoutesDeps, run: (request: Request) => Promise<Body>): Handler {
  return async ({ request, server }) => {
    try {
      if (!(await isWelcome(deps, request, server))) throw closed();
      return accept(await run(request));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return refuse(error, deps.playground.requestId());
    }
  };
}

function guardPage(deps: PlaygroundRoutesDeps, load: () => Promise<Response>): Handler {
  return async ({ request, server }) => ((await isWelcome(deps, request, server)) ? load() : closedPage());
}

/** A request that a page of another origin caused is never welcome, whatever the caller allows. */
async function isWelcome(deps: PlaygroundRoutesDeps, request: Request, server: unknown): Promise<boolean> {
  const site = request.headers.get("sec-fetch-site");
  const isFromElsewhere = site === "cross-site" || site === "same-site";
  if (isFromElsewhere && request.headers.get("sec-fetch-mode") !== "navigate") return false;
  return deps.isAllowed(request, deps.peerOf(request, server));
}

function closed(): AppError {
  return new AppError("unauthorized", "The playground is closed to this request", {
    fix: "Open it on the machine lull runs on, by its loopback address, or sign in as an admin",
  });
}
