// The model of an installation without a key: it shows that a burst was read as one turn, and says what it is.
// It is deterministic, asks nobody and understands nothing.
import type { ChatMessage, ChatModel } from "./provider.ts";

const QUOTES_MAX = 10;
const QUOTE_MAX_CHARS = 60;

/** A line of the block that ends a prompt: `[n] ` and one message of the customer. */
const MESSAGE_LINE = /^\[\d+\] (.*)$/;

const PORTUGUESE_WORDS = new Set(
  (
    "oi ola bom boa tarde noite tudo bem quanto quando custa preco qual quero queria preciso tem voce voces " +
    "obrigado obrigada nao sim por favor aberto aberta abertos entrega pedido ajuda meu minha hoje amanha"
  ).split(" "),
);

/** Answers every request with a decision that names the messages; never fails but by `signal`. */
export function offlineModel(): ChatModel {
  const model = "offline-responder";
  return {
    provider: "offline",
    model,
    capabilities: { sees: false, obeysSchema: false },
    async complete(request, signal) {
      signal.throwIfAborted();
      const content = respond(readMessages(request.messages));
      const decision = { shouldRespond: true, content, confidence: 1, intent: "offline_demo", actions: [] };
      return { text: JSON.stringify(decision), model, inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
    },
  };
}

// The block is read from its end, so that a line of the history that looks alike is not taken for one.
function readMessages(messages: ChatMessage[]): string[] {
  const prompt = messages.findLast((message) => message.role === "user")?.content ?? "";
  const lines = prompt.trimEnd().split("\n");
  const before = lines.findLastIndex((line) => !MESSAGE_LINE.test(line));
  const block = lines.slice(before + 1).map((line) => line.replace(MESSAGE_LINE, "$1").trim());
  return block.length > 0 ? block : lines.slice(-1);
}

function respond(messages: string[]): string {
  const quotes = messages.slice(0, QUOTES_MAX).map((text) => `“${shorten(text)}”`);
  const more = messages.length > QUOTES_MAX ? [`+${messages.length - QUOTES_MAX}`] : [];
  return introduce(messages.length, isPortuguese(messages)) + [...quotes, ...more].join(" · ");
}

function shorten(text: string): string {
  const chars = Array.from(text);
  return chars.length <= QUOTE_MAX_CHARS ? text : `${chars.slice(0, QUOTE_MAX_CHARS - 1).join("")}…`;
}

function introduce(count: number, portuguese: boolean): string {
  if (portuguese) {
    const read = count === 1 ? "Li 1 mensagem sua" : `Li ${count} mensagens suas como uma só`;
    return `🤖 Respondedor offline · ${read}: `;
  }
  const read = count === 1 ? "I read your 1 message" : `I read your ${count} messages as one`;
  return `🤖 Offline responder · ${read}: `;
}

function isPortuguese(messages: string[]): boolean {
  const text = messages.join(" ").toLowerCase();
  if (/[ãõáàâéêíóôúç]/.test(text)) return true;
  return text.split(/[^a-z]+/).some((word) => PORTUGUESE_WORDS.has(word));
}
