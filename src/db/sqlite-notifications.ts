// The store's verbs for notifications, each one transaction.
import type { NewNotification, KeptNotification, NotificationStore } from "./store-notifications.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function notificationWork(tables: Tables, transact: Transact): NotificationStore {
  const { notifications } = tables;
  return {
    conversationToNotify: (connection, conversation) =>
      transact(() => {
        const row = notifications.conversation(connection, conversation);
        if (row === null) return null;
        const { canReply, bufferKey, ...rest } = row;
        const sender =
          bufferKey === null
            ? tables.history.lastSender(connection, conversation)
            : tables.messages.knownSender(connection, conversation, bufferKey);
        return { ...rest, sender, canReply: canReply === null ? null : canReply === 1 };
      }),
    conversationsOf: (connection, keys, limit) =>
      transact(() => notifications.ofKeys(connection, keys, limit)),
    provenKeysOf: (userId, connection, limit) =>
      transact(() => notifications.provenKeys(userId, connection, limit)),
    notificationOf: (key, since) => transact(() => known(tables, key, since)),
    addNotification: (notification, since, now) => transact(() => add(tables, notification, since, now)),
  };
}

function known({ notifications }: Tables, key: string, since: number): KeptNotification | null {
  const row = notifications.ofRequest(key, since);
  return row === null ? null : { ...row, isNew: false };
}

function add(tables: Tables, notification: NewNotification, since: number, now: number): KeptNotification {
  const { connectionKey: connection, conversationId: conversation, request } = notification;
  const kept = request === null ? null : known(tables, request.key, since);
  if (kept !== null) return kept;
  if (request !== null) tables.notifications.forgetRequest(request.key);
  const deliveryId = tables.newId(now);
  tables.notifications.add(deliveryId, notification, now);
  tables.conversations.refresh(connection, conversation);
  const place = { connection_id: connection, conversation_id: conversation };
  const detail = { hasTemplate: notification.template !== null };
  tables.events.add("notification.added", place, deliveryId, detail, now);
  return { deliveryId, isNew: true, requestHash: request?.hash ?? null };
}
