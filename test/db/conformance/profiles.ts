// Profiles: what users say of themselves, one each.
import { expect, test } from "bun:test";
import { NUMBER, addUser, profile } from "../identified.ts";
import type { OpenScene } from "../scene.ts";

const PLAIN = { fullName: null, language: null, number: null, isVerified: false };

export function profileConformance(open: OpenScene): void {
  test("a profile is empty until it is saved, and then what was saved last", async () => {
    await using scene = await open();
    const ana = await addUser(scene);
    const empty = { fullName: null, language: null, whatsappNumber: null, isVerified: null };
    expect(await scene.first.profile(ana)).toEqual(empty);
    await profile(scene, ana, { fullName: "Ana Lima", language: "pt" });
    const saved = {
      fullName: "Ana Lima",
      language: "pt",
      whatsappNumber: `written ${NUMBER}`,
      isVerified: 1,
    };
    expect(await scene.second.profile(ana)).toEqual(saved);
    expect(await scene.second.saveProfile(ana, { ...PLAIN, fullName: "Ana" }, scene.now)).toBe(true);
    expect(await scene.first.profile(ana)).toEqual({ ...empty, fullName: "Ana", isVerified: 0 });
  });

  test("nobody has no profile", async () => {
    await using scene = await open();
    expect(await scene.first.saveProfile("nobody", PLAIN, scene.now)).toBe(false);
    expect(await scene.first.profile("nobody")).toBeNull();
  });
}
