// A notification's rules: what it says, how a template is named to Chatwoot, when WhatsApp lets it through. Pure.
import type { TemplateParams } from "../chatwoot/api.ts";
import type { NotifiedConversation } from "../db/store-notifications.ts";
import { composeReply, isWhatsappChannel } from "./reply.ts";

/** What is told to a customer who asked nothing. */
export interface Notification {
  /** Any number of lines; with a template it is what people see in Chatwoot in its place. */
  message: string;
  draft: Draft | null;
  template: TemplateParams | null;
}

/** Something to be looked at: an id for its caller alone, a title, an address. */
export interface Draft {
  id: string | null;
  title: string;
  url: string;
}

/** WhatsApp's window after the customer's last word, less five minutes for the way. */
export const WINDOW_MS = (24 * 60 - 5) * 60_000;

/** The one message of a notification, as the channel needs it; null when it is blank or does not fit into one. */
export function notificationText({ message, draft }: Notification, channel: string | null): string | null {
  const lines = draft === null ? [message] : [message, "", draft.title, draft.url];
  const [text, ...more] = composeReply(lines.join("\n"), channel);
  return text === undefined || more.length > 0 ? null : text;
}

/**
 * Whether nobody may write there now. A template opens WhatsApp's own window; a bridge has none to open, and its
 * window is whatever Chatwoot says.
 */
export function isWindowClosed(
  conversation: Pick<NotifiedConversation, "channel" | "canReply" | "lastMessageAt">,
  hasTemplate: boolean,
  now: number,
): boolean {
  const { channel, canReply, lastMessageAt } = conversation;
  // Where nobody told the channel, the stricter rule holds.
  if (channel !== null && !isWhatsappChannel(channel)) return canReply === false;
  if (hasTemplate) return false;
  return canReply === false || now - lastMessageAt > WINDOW_MS;
}
