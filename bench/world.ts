// The world outside, in a process of its own: the Chatwoot double and the model double behind real sockets. The model
// answers after a known time; customers write over one span, each in a conversation of his own.
import { AiDouble } from "../test/doubles/ai.ts";
import { listenChatwoot } from "../test/doubles/chatwoot-socket.ts";
import { ChatwootDouble } from "../test/doubles/chatwoot.ts";
import { serveParent } from "./child.ts";

export const ACCOUNT_ID = 3;
export const USER_TOKEN = "bench-user-token";
export const WEBHOOK_SECRET = "bench-webhook-secret-0001";

export interface Talk {
  firstConversation: number;
  conversationCount: number;
  /** Messages of each conversation, one after the other. */
  messageCount: number;
  /** The first messages are spread evenly over this. */
  spreadMs: number;
}

export interface WorldCalls {
  [name: string]: (...values: never[]) => unknown;
  addresses(): { chatwoot: string; ai: string };
  /** The customers write to lull at `address`; gives each conversation's last deadline (wall ms). */
  talk(address: string, talk: Talk): Promise<{ conversation: number; dueAt: number }[]>;
  /** Every visible reply so far with the moment (wall ms) it came to stand in its conversation. */
  replies(): { conversation: number; at: number }[];
}

if (import.meta.main) await serve(Number(process.env["MODEL_MS"]));

async function serve(modelMs: number): Promise<void> {
  let daemonAddress = "";
  const chatwoot = new ChatwootDouble({
    accountId: ACCOUNT_ID,
    userToken: USER_TOKEN,
    echo: true,
    webhook: {
      url: "http://localhost/webhooks/chatwoot",
      secret: WEBHOOK_SECRET,
      deliver: (request) => post(daemonAddress, request),
    },
    now: Date.now,
    delay: Bun.sleep,
  });
  const ai = new AiDouble();
  const chatwootSocket = await listenChatwoot(chatwoot);
  const aiSocket = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      await Bun.sleep(modelMs);
      return ai.handle(request);
    },
  });
  const calls: WorldCalls = {
    addresses: () => ({ chatwoot: chatwootSocket.url, ai: `http://127.0.0.1:${aiSocket.port}/v1` }),
    talk(address: string, talk: Talk) {
      daemonAddress = address;
      return Promise.all(
        Array.from({ length: talk.conversationCount }, (_, index) => write(chatwoot, talk, index)),
      );
    },
    replies: () =>
      chatwoot.ledger
        .filter((entry) => entry.kind === "stored" && entry.isVisible)
        .map((entry) => ({
          conversation: "conversationId" in entry ? entry.conversationId : 0,
          at: entry.at,
        })),
  };
  serveParent(calls, async () => {
    await chatwootSocket.stop();
    await aiSocket.stop(true);
  });
}

async function write(chatwoot: ChatwootDouble, talk: Talk, index: number) {
  const conversation = talk.firstConversation + index;
  await Bun.sleep((index / talk.conversationCount) * talk.spreadMs);
  let dueAt = NaN;
  for (let sent = 0; sent < talk.messageCount; sent++) {
    const answer = await chatwoot.deliver(chatwoot.customerSays(conversation, "bom dia"));
    const body = (await answer.json()) as { action?: string; dueAt?: string };
    if (body.action !== "buffered") throw new Error(`a webhook was answered ${JSON.stringify(body)}`);
    dueAt = Date.parse(body.dueAt ?? "");
  }
  return { conversation, dueAt };
}

async function post(address: string, request: Request): Promise<Response> {
  const body = await request.arrayBuffer();
  return fetch(`${address}/webhooks/chatwoot`, { method: "POST", headers: request.headers, body });
}
