// Users, the places where their numbers are known, and what is found there, for the store tests.
import type { LineConfig, NewMapping, Profile } from "../../src/db/store-users.ts";
import type { StoredNumber } from "../../src/identity/numbers.ts";
import { LAYERS, type Findings, type Layer, type Named } from "../../src/identity/layers.ts";
import type { ListQuery, Row } from "../../src/db/store-insight.ts";
import { type Scene, must } from "./scene.ts";

export const NUMBER = "+5511987654321";
export const OTHER_NUMBER = "+5511912345678";
export const ALL: ListQuery = { limit: 100, cursor: null, state: null };

export function numberOf(key: string): StoredNumber {
  return { number: `written ${key}`, key, keyVersion: "1/test" };
}

export function addUser(scene: Scene, connectionKey: number | null = null, name = "Ana"): Promise<string> {
  return scene.first.addUser({ name, email: null, connectionKey }, scene.now);
}

export function addUsers(scene: Scene, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => addUser(scene)));
}

export async function map(
  scene: Scene,
  userId: string,
  { key = NUMBER, ...rest }: Partial<Omit<NewMapping, "number">> & { key?: string } = {},
): Promise<string> {
  const base = { connectionKey: null, isVerified: true, source: "admin" } as const;
  const mapping = { ...base, ...rest, userId, number: numberOf(key) };
  return must(await scene.first.addMapping(mapping, null, scene.now));
}

export async function configure(
  scene: Scene,
  userId: string,
  { key = NUMBER, ...rest }: Partial<LineConfig> & { key?: string } = {},
): Promise<string> {
  const none = { connectionKey: null, phoneNumberId: null, inboxId: null, isActive: true, isVerified: true };
  return must(
    await scene.first.addLineConfig({ ...none, number: numberOf(key), ...rest, userId }, scene.now),
  );
}

export async function profile(
  scene: Scene,
  userId: string,
  { key = NUMBER, ...rest }: Partial<Profile> & { key?: string } = {},
): Promise<void> {
  const base = { fullName: null, language: null, number: numberOf(key), isVerified: true };
  await scene.first.saveProfile(userId, { ...base, ...rest }, scene.now);
}

export async function meet(scene: Scene, userId: string, key = NUMBER): Promise<string> {
  const note = { userId, title: null, content: "noted", contactName: null, metAt: null };
  return must(await scene.first.addMeetingNote({ ...note, contact: numberOf(key) }, scene.now));
}

/** Something was said from a number, and its sender was known by a layer. */
export async function said(
  scene: Scene,
  userId: string,
  how: { key?: string; layer?: Layer; isVerified?: boolean; connection?: number } = {},
): Promise<string> {
  const { key = NUMBER, layer = "profiles", isVerified = true, connection = scene.here } = how;
  const number = { phoneNumber: key, phoneKey: key, keyVersion: "1/test" };
  const message = { connectionKey: connection, source: "whatsapp", text: "said", ...number };
  const messageId = await scene.first.keepChatMessage(message, scene.now);
  await scene.first.markChatSender(messageId, { userId, layer, isVerified });
  return messageId;
}

/** Makes a number a user's in one layer. */
export const PLACES: Record<Layer, (scene: Scene, userId: string, key?: string) => Promise<unknown>> = {
  whatsapp_user_mapping: (scene, userId, key = NUMBER) => map(scene, userId, { key }),
  user_whatsapp_config: (scene, userId, key = NUMBER) => configure(scene, userId, { key }),
  profiles: (scene, userId, key = NUMBER) => profile(scene, userId, { key }),
  meeting_notes: (scene, userId, key = NUMBER) => meet(scene, userId, key),
  customer_conversations: (scene, userId, key = NUMBER) => said(scene, userId, { key }),
};

/** What the layer names, asked through the other handle. */
export async function named(
  scene: Scene,
  layer: Layer,
  keys: readonly string[] = [NUMBER],
  connection = scene.here,
): Promise<Named[]> {
  return (await scene.second.findings(connection, keys))[layer];
}

/** How a layer names a user: whom somebody met is known by that, and no more. */
export function namedIn(layer: Layer, userId: string): Named {
  return { userId, isVerified: layer !== "meeting_notes" };
}

export function verified(userId: string): Named {
  return { userId, isVerified: true };
}

/** Findings in which a layer at most says something. */
export function findings(layer?: Layer, ...users: Named[]): Findings {
  const nothing = Object.fromEntries(LAYERS.map((name) => [name, [] as Named[]])) as Findings;
  return layer === undefined ? nothing : { ...nothing, [layer]: users };
}

export function ids(rows: readonly Row[]): unknown[] {
  return rows.map((row) => row["id"]);
}

/** What a promise is rejected with; null when it is not. */
export function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}
