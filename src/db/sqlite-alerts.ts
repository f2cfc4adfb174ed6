// The store's verbs for alerts, each one transaction.
import type { AlertStore } from "./store-alerts.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

export function alertWork(tables: Tables, transact: Transact): AlertStore {
  const { alerts, conversations, errands, newId } = tables;
  return {
    openAlerts: () => transact(() => alerts.open()),
    changeAlerts: ({ raised, cleared }, isTold, now) =>
      transact(() => {
        for (const subject of cleared) alerts.clear(subject, isTold, now);
        for (const alert of raised) alerts.raise(alert, newId(now), isTold, now);
      }),
    dueAlerts: (limit, now) => transact(() => alerts.due(limit, now)),
    nextAlertAt: (now) => transact(() => alerts.nextAt(now)),
    settleAlert: (notice, now) => transact(() => alerts.settle(notice, now)),
    delayAlert: ({ key }, reason, dueAt) => transact(() => alerts.delay(key, reason, dueAt)),
    tellAlertByErrand: (notice, { connectionKey: connection, conversationId: conversation }, errand, now) =>
      transact(() => {
        if (conversations.find(connection, conversation) === null) return false;
        errands.add(errand, newId(now), { connection, conversation, job: null }, now);
        alerts.settle(notice, now);
        return true;
      }),
    listAlerts: (query) => transact(() => alerts.list(query)),
  };
}
