// Telling the daemon: one POST for what the reader did, and under the field what the webhook answered to it.
import { find, say, texts } from "./playground-elements.ts";
import { lookNow } from "./playground-look.ts";
import { webhookWords } from "./playground-words.ts";

const TELL_LIMIT_MS = 5_000;

interface Answer {
  success: boolean;
  error?: string;
  code?: string;
  webhook?: { status: number; body: unknown };
  webhooks?: { status: number; body: unknown }[];
}

/** True when the daemon took it; else the reason is shown and nothing is lost from the field. */
export async function tell(path: string, body: Record<string, unknown>): Promise<boolean> {
  const askedAt = performance.now();
  try {
    const response = await post(path, body);
    const answer = (await response.json()) as Answer;
    if (answer.success) note(answer, Math.round(performance.now() - askedAt));
    else problem(`${answer.error ?? texts.problems.failed} (${answer.code ?? response.status})`);
    return answer.success;
  } catch {
    problem(texts.problems.silent);
    return false;
  } finally {
    lookNow();
  }
}

function post(path: string, body: Record<string, unknown>): Promise<Response> {
  return fetch(`/playground/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TELL_LIMIT_MS),
  });
}

function note(answer: Answer, tookMs: number): void {
  const answers = answer.webhooks ?? (answer.webhook === undefined ? [] : [answer.webhook]);
  // Read out only when something is wrong: the rest is for the eye.
  find("note").ariaLive = "off";
  find("note").dataset["tone"] = "calm";
  say("note", answers.length === 0 ? "" : texts.webhook(webhookWords(answers, texts), tookMs));
}

function problem(text: string): void {
  find("note").ariaLive = "polite";
  find("note").dataset["tone"] = "bad";
  say("note", text);
}
