// What every store has to do, whatever engine is below it. It takes two handles on one database, since a second
// process may work on it, and speaks the Store interface only.
import { describe } from "bun:test";
import { bufferConformance } from "./conformance/buffers.ts";
import { chatConformance } from "./conformance/chat.ts";
import { claimConformance } from "./conformance/claims.ts";
import { credentialConformance } from "./conformance/credentials.ts";
import { deleteUserConformance } from "./conformance/delete-user.ts";
import { deliveryConformance } from "./conformance/deliveries.ts";
import { deliveryFenceConformance } from "./conformance/delivery-fences.ts";
import { figureConformance } from "./conformance/figures.ts";
import { findingConformance } from "./conformance/findings.ts";
import { historyFindingConformance } from "./conformance/history-findings.ts";
import { identityConformance } from "./conformance/identity.ts";
import { insightConformance } from "./conformance/insight.ts";
import { intakeConformance } from "./conformance/intake.ts";
import { limitRaceConformance } from "./conformance/limit-races.ts";
import { limitConformance } from "./conformance/limits.ts";
import { lineConfigConformance } from "./conformance/line-configs.ts";
import { mappingConformance } from "./conformance/mappings.ts";
import { meetingNoteConformance } from "./conformance/meeting-notes.ts";
import { newsConformance } from "./conformance/news.ts";
import { peopleConformance } from "./conformance/people.ts";
import { profileConformance } from "./conformance/profiles.ts";
import { proofConformance } from "./conformance/proof.ts";
import { rescueConformance } from "./conformance/rescue.ts";
import { settingsConformance } from "./conformance/settings.ts";
import { tokenConformance } from "./conformance/tokens.ts";
import { turnEndConformance } from "./conformance/turn-ends.ts";
import { turnMaterialConformance } from "./conformance/turn-material.ts";
import { usageConformance } from "./conformance/usage.ts";
import { userConformance } from "./conformance/users.ts";
import { verificationConformance } from "./conformance/verification.ts";
import { webhookLinkConformance } from "./conformance/webhook-links.ts";
import { Scene, type StorePair } from "./scene.ts";

/** Runs the suite on pairs of handles that `openPair` opens on a new database each. */
export function storeConformance(name: string, openPair: () => Promise<StorePair>): void {
  const open = async () => Scene.open(await openPair());
  describe(name, () => {
    describe("intake", () => intakeConformance(open));
    describe("edits and deletions", () => newsConformance(open));
    describe("people", () => peopleConformance(open));
    describe("buffers", () => bufferConformance(open));
    describe("claims of turns", () => claimConformance(open));
    describe("rescued and failed turns", () => rescueConformance(open));
    describe("material of turns", () => turnMaterialConformance(open));
    describe("ends of turns", () => turnEndConformance(open));
    describe("deliveries", () => deliveryConformance(open));
    describe("claims of deliveries", () => deliveryFenceConformance(open));
    describe("proof and second thoughts", () => proofConformance(open));
    describe("lists and counts", () => insightConformance(open));
    describe("users", () => userConformance(open));
    describe("mappings of numbers", () => mappingConformance(open));
    describe("lines of users", () => lineConfigConformance(open));
    describe("profiles", () => profileConformance(open));
    describe("meeting notes", () => meetingNoteConformance(open));
    describe("webhook links", () => webhookLinkConformance(open));
    describe("tokens", () => tokenConformance(open));
    describe("whom an address names", () => findingConformance(open));
    describe("whom history names", () => historyFindingConformance(open));
    describe("verification codes", () => verificationConformance(open));
    describe("pairs and void answers", () => identityConformance(open));
    describe("users that go", () => deleteUserConformance(open));
    describe("AI keys", () => credentialConformance(open));
    describe("usage", () => usageConformance(open));
    describe("limits of users", () => limitConformance(open));
    describe("limits of users in a rush", () => limitRaceConformance(open));
    describe("the chat", () => chatConformance(open));
    describe("figures", () => figureConformance(open));
    describe("settings", () => settingsConformance(open));
  });
}
