// Webhook links: addresses that users keep, one row each.
import { expect, test } from "bun:test";
import { addUser } from "../identified.ts";
import type { OpenScene } from "../scene.ts";

const LINKS = {
  webhookUrl: "https://example.org/in",
  groqApiUrl: null,
  webhookEnabled: true,
  groqEnabled: false,
};
const NO_LINKS = { webhookUrl: null, groqApiUrl: null, webhookEnabled: false, groqEnabled: false };

export function webhookLinkConformance(open: OpenScene): void {
  test("links are none until they are saved, and then what was saved last", async () => {
    await using scene = await open();
    const [ana, bia] = [await addUser(scene), await addUser(scene)];
    expect(await scene.first.webhookLinks(ana)).toEqual(NO_LINKS);
    await scene.first.saveWebhookLinks(ana, { ...LINKS, groqApiUrl: "https://example.org/groq" }, scene.now);
    expect(await scene.second.saveWebhookLinks(ana, LINKS, scene.now)).toBe(true);
    expect(await scene.first.webhookLinks(ana)).toEqual(LINKS);
    expect(await scene.first.webhookLinks(bia)).toEqual(NO_LINKS);
  });

  test("nobody has no links", async () => {
    await using scene = await open();
    expect(await scene.first.saveWebhookLinks("nobody", LINKS, scene.now)).toBe(false);
    expect(await scene.first.webhookLinks("nobody")).toBeNull();
  });
}
