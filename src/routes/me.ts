// What users see and change of their own, as JSON under /v1/me: the token says whose it is, and there is no way to ask for
// anybody else's.
import { Elysia } from "elysia";
import { type Locale, pickLocale } from "../locale.ts";
import { askedByUser, type TokenDoor, type Verb } from "./own-request.ts";
import { fileVerbs, type OwnFilesDeps } from "./own-files.ts";
import { keyVerbs } from "./own-keys.ts";
import { lineVerbs } from "./own-lines.ts";
import { numberVerbs } from "./own-numbers.ts";
import { linkVerbs, profileVerbs } from "./own-profile.ts";
import { usageVerbs } from "./own-usage.ts";
import type { OwnDeps } from "./own.ts";

export interface MeDeps extends OwnDeps, OwnFilesDeps, TokenDoor {
  /** Language of texts when a request asks for none; null: as they are written. */
  locale: Locale | null;
}

const INSTRUCTIONS: Readonly<Record<Locale, string>> = {
  en: "Send this code from that WhatsApp to the number that answers you. It is good for ten minutes, once.",
  fr: "Envoyez ce code depuis ce WhatsApp au numéro qui vous répond. Il est valable dix minutes, une seule fois.",
  "pt-BR":
    "Envie este código desse WhatsApp ao número que responde a você. Ele vale por dez minutos, uma única vez.",
};

export function meRoutes(deps: MeDeps) {
  const own = askedByUser(deps);
  const numbers = numberVerbs(deps);
  const lines = lineVerbs(deps);
  const profile = profileVerbs(deps);
  const links = linkVerbs(deps);
  const keys = keyVerbs(deps);
  const usage = usageVerbs(deps);
  const files = fileVerbs(deps);
  const claim: Verb = (asked) => {
    const locale = pickLocale(asked.request.headers.get("accept-language"), deps.locale);
    return numbers.claim(asked, INSTRUCTIONS[locale ?? "en"]);
  };
  // Bodies are read after the guard and under lull's own limit.
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "me", prefix: "/v1/me" })
    .get("/profile", own(profile.show))
    .put("/profile", own(profile.save), raw)
    .get("/numbers", own(numbers.list))
    .post("/numbers", own(claim), raw)
    .delete("/numbers/:id", own(numbers.remove), raw)
    .get("/whatsapp-config", own(lines.list))
    .post("/whatsapp-config", own(lines.add), raw)
    .put("/whatsapp-config/:id", own(lines.change), raw)
    .delete("/whatsapp-config/:id", own(lines.remove), raw)
    .get("/ai-keys", own(keys.list))
    .post("/ai-keys", own(keys.add), raw)
    .put("/ai-keys/:id", own(keys.change), raw)
    .delete("/ai-keys/:id", own(keys.remove), raw)
    .get("/webhook-links", own(links.show))
    .put("/webhook-links", own(links.save), raw)
    .get("/usage", own(usage.show))
    .get("/files", own(files.list))
    .post("/files", own(files.add), raw)
    .get("/files/:id", own(files.download))
    .head("/files/:id", own(files.download))
    .put("/files/:id", own(files.replace), raw)
    .patch("/files/:id", own(files.change), raw)
    .delete("/files/:id", own(files.remove), raw);
}
