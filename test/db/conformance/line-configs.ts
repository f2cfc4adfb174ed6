// Lines of users: written, changed in part, confirmed, and whose line a message came in on.
import { expect, test } from "bun:test";
import type { LineRef } from "../../../src/db/store-identity.ts";
import {
  ALL,
  NUMBER,
  OTHER_NUMBER,
  addUser,
  addUsers,
  configure,
  ids,
  named,
  numberOf,
  verified,
  refusal,
} from "../identified.ts";
import { type OpenScene, SECOND, type Scene, only } from "../scene.ts";

const INBOX: LineRef = { inboxId: 7, phoneNumberId: null };
const META: LineRef = { inboxId: null, phoneNumberId: "meta-1" };

export function lineConfigConformance(open: OpenScene): void {
  test("a line is listed as it was written, among all or among its user's", async () => {
    await using scene = await open();
    const [ana, bia] = await addUsers(scene, 2);
    const own = await configure(scene, ana ?? "", { connectionKey: scene.here, inboxId: 7, isActive: false });
    const other = await configure(scene, bia ?? "", { number: null, phoneNumberId: "meta-1" });
    expect(only((await scene.second.lineConfigs(ana ?? "", ALL)).data)).toEqual({
      id: own,
      userId: ana ?? "",
      connection: "here",
      phoneNumberId: null,
      inboxId: 7,
      phoneNumber: `written ${NUMBER}`,
      isActive: 0,
      isVerified: 1,
      createdAt: scene.now,
      updatedAt: scene.now,
    });
    expect(ids((await scene.second.lineConfigs(null, ALL)).data)).toEqual([other, own]);
    const first = await scene.second.lineConfigs(null, { ...ALL, limit: 1 });
    const rest = await scene.second.lineConfigs(null, { ...ALL, limit: 1, cursor: first.nextCursor });
    expect(ids(rest.data)).toEqual([own]);
  });

  test("a line of nobody is not kept, and one that names no line is a conflict", async () => {
    await using scene = await open();
    const none = {
      connectionKey: null,
      phoneNumberId: null,
      inboxId: null,
      isActive: true,
      isVerified: true,
    };
    const ofNobody = { ...none, userId: "nobody", number: numberOf(NUMBER) };
    expect(await scene.first.addLineConfig(ofNobody, scene.now)).toBeNull();
    const empty = { ...none, userId: await addUser(scene), number: null };
    expect(await refusal(scene.first.addLineConfig(empty, scene.now))).toMatchObject({ kind: "conflict" });
  });

  test("a change touches what it names alone", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const id = await configure(scene, ana, {
      connectionKey: scene.here,
      inboxId: 7,
      phoneNumberId: "meta-1",
    });
    scene.pass(SECOND);
    expect(await scene.first.changeLineConfig(ana, id, { inboxId: 8, isVerified: false }, scene.now)).toBe(
      true,
    );
    const after = { inboxId: 8, phoneNumberId: "meta-1", connection: "here", isActive: 1, isVerified: 0 };
    expect(await row(scene)).toMatchObject({
      ...after,
      phoneNumber: `written ${NUMBER}`,
      updatedAt: scene.now,
    });
    await scene.first.changeLineConfig(
      null,
      id,
      { number: null, phoneNumberId: null, isVerified: true },
      scene.now,
    );
    expect(await row(scene)).toMatchObject({
      inboxId: 8,
      phoneNumberId: null,
      phoneNumber: null,
      isVerified: 1,
    });
    await scene.first.changeLineConfig(
      ana,
      id,
      { number: numberOf(OTHER_NUMBER), inboxId: null, connectionKey: null },
      scene.now,
    );
    expect(await row(scene)).toMatchObject({ phoneNumber: `written ${OTHER_NUMBER}`, connection: null });
    expect(await named(scene, "user_whatsapp_config", [OTHER_NUMBER])).toEqual([verified(ana)]);
  });

  test("another user's line cannot be changed or taken away; an admin's call may do both", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    const id = await configure(scene, ana);
    expect(await scene.first.changeLineConfig(bia, id, { isActive: false }, scene.now)).toBe(false);
    expect(await scene.first.removeLineConfig(bia, id)).toBe(false);
    expect(await row(scene)).toMatchObject({ isActive: 1 });
    expect(await scene.first.changeLineConfig(null, id, { isActive: false }, scene.now)).toBe(true);
    expect(await row(scene)).toMatchObject({ isActive: 0 });
    expect(await scene.first.removeLineConfig(null, id)).toBe(true);
    expect(await scene.first.removeLineConfig(ana, id)).toBe(false);
    expect(await scene.first.changeLineConfig(null, id, { isActive: true }, scene.now)).toBe(false);
  });

  test("the owner of a line is known by its inbox, else by Meta's id of its number", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    await configure(scene, ana, { connectionKey: scene.here, inboxId: 7 });
    await configure(scene, bia, { phoneNumberId: "meta-1" });
    expect(await owners(scene, INBOX)).toEqual([ana]);
    expect(await owners(scene, META)).toEqual([bia]);
    expect(await owners(scene, { ...INBOX, ...{ phoneNumberId: "meta-1" } })).toEqual([ana]);
    expect(await owners(scene, { inboxId: 8, phoneNumberId: "meta-1" })).toEqual([bia]);
    expect(await owners(scene, { inboxId: 8, phoneNumberId: "meta-2" })).toEqual([]);
    expect(await owners(scene, { inboxId: null, phoneNumberId: null })).toEqual([]);
  });

  test("a line that is switched off or not confirmed has no owner", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const line = { connectionKey: scene.here, inboxId: 7, phoneNumberId: "meta-1" };
    await configure(scene, ana, { ...line, isActive: false });
    const id = await configure(scene, ana, { ...line, isVerified: false });
    expect(await owners(scene, { ...INBOX, phoneNumberId: "meta-1" })).toEqual([]);
    await scene.first.changeLineConfig(null, id, { isVerified: true }, scene.now);
    expect(await owners(scene, INBOX)).toEqual([ana]);
    expect(await owners(scene, META)).toEqual([ana]);
  });

  test("an inbox is one of its connection and cannot be without; Meta's id without a connection counts in all", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    expect(await refusal(configure(scene, ana, { inboxId: 7 }))).toMatchObject({ kind: "conflict" });
    await configure(scene, ana, { phoneNumberId: "meta-1" });
    expect(await owners(scene, META)).toEqual([ana]);
    expect(await owners(scene, META, scene.there)).toEqual([ana]);
    const bia = await addUser(scene);
    await configure(scene, bia, { connectionKey: scene.there, inboxId: 7, phoneNumberId: "meta-2" });
    expect(await owners(scene, INBOX)).toEqual([]);
    expect(await owners(scene, { ...META, phoneNumberId: "meta-2" })).toEqual([]);
    expect(await owners(scene, INBOX, scene.there)).toEqual([bia]);
    expect(await owners(scene, { ...META, phoneNumberId: "meta-2" }, scene.there)).toEqual([bia]);
  });

  test("a user of another connection owns no line here", async () => {
    await using scene = await open();
    const ana = await addUser(scene, scene.there);
    await configure(scene, ana, { connectionKey: scene.here, inboxId: 7, phoneNumberId: "meta-1" });
    expect(await owners(scene, { ...INBOX, phoneNumberId: "meta-1" })).toEqual([]);
  });

  test("owners are told once each, and two at most", async () => {
    await using scene = await open();
    const [ana = "", bia = "", eva = ""] = await addUsers(scene, 3);
    const line = { connectionKey: scene.here, inboxId: 7, phoneNumberId: "meta-1" };
    for (const userId of [ana, ana, bia]) await configure(scene, userId, line);
    expect(await owners(scene, INBOX)).toEqual([ana, bia]);
    await configure(scene, eva, line);
    expect(await owners(scene, INBOX)).toHaveLength(2);
    expect(await owners(scene, META)).toHaveLength(2);
  });
}

function owners(scene: Scene, line: LineRef, connection = scene.here): Promise<string[]> {
  return scene.second.lineOwners(connection, line);
}

async function row(scene: Scene) {
  return only((await scene.second.lineConfigs(null, ALL)).data);
}
