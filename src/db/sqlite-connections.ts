// The store's verbs for connections, each one transaction.
import type { ConnectionStore } from "./store-connections.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";
import { cancelBuffer } from "./work.ts";

export function connectionWork(tables: Tables, transact: Transact): ConnectionStore {
  const { addedConnections, catchUp } = tables;
  return {
    storedConnections: () => transact(() => addedConnections.all()),
    saveConnection: (connection, now) => transact(() => addedConnections.save(connection, now)),
    removeConnection: (name, now) =>
      transact(() => {
        if (!addedConnections.remove(name, now)) return false;
        // What is said there from now on is none of lull's, should it come back.
        catchUp.forget(name);
        return true;
      }),
    cancelBuffersOf: (connectionKey, limit, now) =>
      transact(() => {
        const keys = addedConnections.openBuffers(connectionKey, limit);
        for (const key of keys) cancelBuffer(tables, key, "operator", now);
        return keys.length;
      }),
  };
}
