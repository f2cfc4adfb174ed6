// The part of the admin's table that is about people: users, what is theirs, the system's keys, tokens.
import { Elysia } from "elysia";
import { noteVerbs } from "./admin-notes.ts";
import { type TokenDeps, tokenVerbs } from "./admin-tokens.ts";
import { userVerbs } from "./admin-users.ts";
import type { Changes } from "./changes.ts";
import { askedByAdmin } from "./own-request.ts";
import { keyVerbs } from "./own-keys.ts";
import { lineVerbs } from "./own-lines.ts";
import { numberVerbs } from "./own-numbers.ts";
import { linkVerbs, profileVerbs } from "./own-profile.ts";
import { usageVerbs } from "./own-usage.ts";
import { settings } from "./settings.ts";
import type { OwnDeps } from "./own.ts";

export interface PeopleDeps extends OwnDeps, TokenDeps {
  changes: Changes;
}

/** The guard stands before these, too: the admin's routes take them in. */
export function peopleRoutes(deps: PeopleDeps) {
  const { ofUser, ofAll } = askedByAdmin(deps.changes);
  const setting = settings(deps.changes);
  const users = userVerbs(deps);
  const numbers = numberVerbs(deps);
  const lines = lineVerbs(deps);
  const profile = profileVerbs(deps);
  const notes = noteVerbs(deps);
  const links = linkVerbs(deps);
  const keys = keyVerbs(deps);
  const usage = usageVerbs(deps);
  const tokens = tokenVerbs(deps);
  const user = setting(users.show, users.change);
  const ownProfile = setting(profile.show, profile.save);
  const ownLinks = setting(links.show, links.save);
  const limits = setting(usage.limits, usage.setLimits);
  const ownKey = setting(keys.show, keys.change);
  const ownLine = setting(lines.show, lines.change);
  const raw = { parse: "none" } as const;
  return new Elysia({ name: "admin-people" })
    .get("/users", ofAll(users.list))
    .post("/users", ofAll(users.add), raw)
    .get("/users/:id", ofUser(user.show))
    .put("/users/:id", ofUser(user.change), raw)
    .get("/users/:id/numbers", ofUser(numbers.list))
    .post("/users/:id/numbers", ofUser(numbers.add), raw)
    .delete("/users/:id/numbers/:rowId", ofUser(numbers.remove), raw)
    .get("/users/:id/profile", ofUser(ownProfile.show))
    .put("/users/:id/profile", ofUser(ownProfile.change), raw)
    .get("/users/:id/whatsapp-configs", ofUser(lines.list))
    .post("/users/:id/whatsapp-configs", ofUser(lines.add), raw)
    .get("/users/:id/whatsapp-configs/:rowId", ofUser(ownLine.show))
    .put("/users/:id/whatsapp-configs/:rowId", ofUser(ownLine.change), raw)
    .delete("/users/:id/whatsapp-configs/:rowId", ofUser(lines.remove), raw)
    .get("/whatsapp-configs", ofAll(lines.listAll))
    .post("/whatsapp-configs", ofAll(lines.addForAny), raw)
    .get("/whatsapp-configs/:rowId", ofAll(ownLine.show))
    .put("/whatsapp-configs/:rowId", ofAll(ownLine.change), raw)
    .delete("/whatsapp-configs/:rowId", ofAll(lines.remove), raw)
    .get("/users/:id/meeting-notes", ofUser(notes.list))
    .post("/users/:id/meeting-notes", ofUser(notes.add), raw)
    .delete("/users/:id/meeting-notes/:rowId", ofUser(notes.remove), raw)
    .get("/users/:id/webhook-links", ofUser(ownLinks.show))
    .put("/users/:id/webhook-links", ofUser(ownLinks.change), raw)
    .get("/users/:id/ai-keys", ofUser(keys.list))
    .post("/users/:id/ai-keys", ofUser(keys.add), raw)
    .get("/users/:id/ai-keys/:rowId", ofUser(ownKey.show))
    .put("/users/:id/ai-keys/:rowId", ofUser(ownKey.change), raw)
    .delete("/users/:id/ai-keys/:rowId", ofUser(keys.remove), raw)
    .get("/ai-keys", ofAll(keys.list))
    .post("/ai-keys", ofAll(keys.add), raw)
    .post("/ai-keys/wake", ofAll(keys.wake), raw)
    .get("/ai-keys/:rowId", ofAll(ownKey.show))
    .put("/ai-keys/:rowId", ofAll(ownKey.change), raw)
    .delete("/ai-keys/:rowId", ofAll(keys.remove), raw)
    .get("/users/:id/limits", ofUser(limits.show))
    .put("/users/:id/limits", ofUser(limits.change), raw)
    .get("/users/:id/usage", ofUser(usage.show))
    .get("/tokens", ofAll(tokens.list))
    .post("/tokens", ofAll(tokens.add), raw)
    .delete("/tokens/:rowId", ofAll(tokens.remove), raw);
}
