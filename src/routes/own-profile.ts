// What is said of a user: name, language, number, and addresses that are kept for reference.
import type { WebhookLinks } from "../db/store-users.ts";
import { storedNumber } from "../identity/numbers.ts";
import { found, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import type { OwnRequest } from "./own-request.ts";
import { given, readFields, wrong } from "./fields.ts";
import type { OwnDeps } from "./own.ts";

const NAME_LENGTH_MAX = 200;
const LANGUAGE_LENGTH_MAX = 35;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const LINK_FIELDS = ["webhookUrl", "groqApiUrl", "webhookEnabled", "groqEnabled"] as const;

export function profileVerbs({ store, country, now }: OwnDeps) {
  async function show({ userId }: Pick<OwnRequest, "userId">): Promise<Response> {
    const { isVerified, ...profile } = present(found(await store.profile(userId), "user"));
    return accept({ data: { ...profile, isVerified: isVerified ?? false } });
  }

  return {
    show,

    /** A number that a user writes counts once it is proven to be theirs; an admin's counts at once. */
    save: async ({ userId, by, request, changed }: OwnRequest) => {
      const fields = await readFields(request, ["fullName", "language", "whatsappNumber"]);
      const language = fields.line("language", LANGUAGE_LENGTH_MAX);
      if (typeof language === "string" && !LANGUAGE.test(language))
        throw wrong("language", "a language tag such as pt-BR");
      const raw = fields.raw("whatsappNumber");
      const number = typeof raw === "string" ? storedNumber(raw, { country, isExact: false }) : raw;
      const fullName = fields.line("fullName", NAME_LENGTH_MAX);
      const isTrusted = by === "admin" && number !== undefined && number !== null;
      const change = { ...given({ fullName, language, number }), ...(isTrusted ? { isVerified: true } : {}) };
      found(await store.saveProfile(userId, change, now()), "user");
      changed("profile.save", userId);
      return show({ userId });
    },
  };
}

export function linkVerbs({ store, now }: OwnDeps) {
  return {
    show: async ({ userId }: OwnRequest) =>
      accept({ data: { ...found(await store.webhookLinks(userId), "user") } }),

    save: async ({ userId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, LINK_FIELDS);
      const change = given({
        webhookUrl: fields.url("webhookUrl"),
        groqApiUrl: fields.url("groqApiUrl"),
        webhookEnabled: fields.flag("webhookEnabled"),
        groqEnabled: fields.flag("groqEnabled"),
      });
      const links: WebhookLinks = { ...found(await store.webhookLinks(userId), "user"), ...change };
      found(await store.saveWebhookLinks(userId, links, now()), "user");
      changed("links.save", userId);
      return accept({ data: { ...links } });
    },
  };
}
