// The store's verbs for users and what is theirs, each one transaction.
import { page, withoutKey } from "./page.ts";
import type { UserStore } from "./store-users.ts";
import type { Tables } from "./tables.ts";
import type { Transact } from "./transact.ts";

type Part<Method extends keyof UserStore> = Pick<UserStore, Method>;

export function userWork(tables: Tables, transact: Transact): UserStore {
  return {
    ...personWork(tables, transact),
    ...mappingWork(tables, transact),
    ...lineConfigWork(tables, transact),
    ...ownWork(tables, transact),
    ...meetingNoteWork(tables, transact),
  };
}

function personWork(
  { users, userRemoval, newId }: Tables,
  transact: Transact,
): Part<
  | "addUser"
  | "listUsers"
  | "user"
  | "userIdsFrom"
  | "nameOf"
  | "connectionNameOf"
  | "changeUser"
  | "setLimits"
  | "limits"
  | "deleteUser"
  | "sweepDeletedUsers"
> {
  return {
    addUser: (user, now) =>
      transact(() => {
        const userId = newId(now);
        users.add(userId, user, now);
        return userId;
      }),
    listUsers: (query) => transact(() => users.list(query)),
    user: (userId) => transact(() => users.get(userId)),
    userIdsFrom: (idStart, limit) => transact(() => users.idsFrom(idStart, limit)),
    nameOf: (userId) => transact(() => users.name(userId)),
    connectionNameOf: (userId) => transact(() => users.connectionName(userId)),
    changeUser: (userId, change, now) => transact(() => users.change(userId, change, now)),
    setLimits: (userId, limits, now) => transact(() => users.setLimits(userId, limits, now)),
    limits: (userId) => transact(() => users.limits(userId)),
    deleteUser: (userId, now) => transact(() => userRemoval.remove(userId, now)),
    sweepDeletedUsers: (now) => transact(() => userRemoval.sweep(now)),
  };
}

function mappingWork(
  { users, mappings, newId }: Tables,
  transact: Transact,
): Part<"addMapping" | "mappings" | "ownNumbers" | "removeMapping"> {
  return {
    addMapping: (mapping, challenge, now) =>
      transact(() =>
        users.exists(mapping.userId) ? mappings.add(newId(now), mapping, challenge, now) : null,
      ),
    mappings: (userId) => transact(() => (users.exists(userId) ? mappings.ofUser(userId) : null)),
    ownNumbers: (userId) => transact(() => (users.exists(userId) ? mappings.numbersOf(userId) : null)),
    removeMapping: (userId, mappingId) => transact(() => mappings.remove(userId, mappingId)),
  };
}

function lineConfigWork(
  { users, lineConfigs, newId }: Tables,
  transact: Transact,
): Part<"addLineConfig" | "lineConfigs" | "lineConfig" | "changeLineConfig" | "removeLineConfig"> {
  return {
    addLineConfig: (config, now) =>
      transact(() => {
        if (!users.exists(config.userId)) return null;
        const configId = newId(now);
        lineConfigs.add(configId, config, now);
        return configId;
      }),
    lineConfig: (userId, configId) =>
      transact(() => {
        const row = lineConfigs.get(userId, configId);
        return row === null ? null : withoutKey(row);
      }),
    lineConfigs: (userId, query) => transact(() => page(lineConfigs.list(userId, query), query.limit)),
    changeLineConfig: (userId, configId, change, now) =>
      transact(() => lineConfigs.change(userId, configId, change, now)),
    removeLineConfig: (userId, configId) => transact(() => lineConfigs.remove(userId, configId)),
  };
}

/** What a user has one of. */
function ownWork(
  { users, profiles, webhookLinks }: Tables,
  transact: Transact,
): Part<"saveProfile" | "profile" | "saveWebhookLinks" | "webhookLinks"> {
  return {
    saveProfile: (userId, profile, now) =>
      transact(() => {
        const isKnown = users.exists(userId);
        if (isKnown) profiles.save(userId, profile, now);
        return isKnown;
      }),
    profile: (userId) => transact(() => profiles.get(userId)),
    saveWebhookLinks: (userId, links, now) =>
      transact(() => {
        const isKnown = users.exists(userId);
        if (isKnown) webhookLinks.save(userId, links, now);
        return isKnown;
      }),
    webhookLinks: (userId) => transact(() => webhookLinks.get(userId)),
  };
}

function meetingNoteWork(
  { users, meetingNotes, newId }: Tables,
  transact: Transact,
): Part<"addMeetingNote" | "meetingNotes" | "removeMeetingNote"> {
  return {
    addMeetingNote: (note, now) =>
      transact(() => {
        if (!users.exists(note.userId)) return null;
        const noteId = newId(now);
        meetingNotes.add(noteId, note, now);
        return noteId;
      }),
    meetingNotes: (userId, query) =>
      transact(() => (users.exists(userId) ? page(meetingNotes.list(userId, query), query.limit) : null)),
    removeMeetingNote: (userId, noteId) => transact(() => meetingNotes.remove(userId, noteId)),
  };
}
