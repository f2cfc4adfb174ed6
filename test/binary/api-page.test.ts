// The API page in a real browser, with no network but the daemon's own: it shows every area, takes a token and lets an address
// be tried. SCREENS=<folder> keeps pictures of it.
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { findBrowser, openBrowser } from "../harness/browser.ts";
import { endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary, DAEMON_ADMIN_TOKEN } from "../harness/executable.ts";

binary();

const hasBrowser = findBrowser();

let browser: Browser | null = null;
afterAll(async () => {
  await browser?.close();
  await endDaemons();
});

test.skipIf(!hasBrowser)(
  "the API page shows every area and lets an admin try an address, without any other network",
  async () => {
    const daemon = await startDaemon({ env: { PORT: "0" } });
    browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints = watch(page);
    await page.route(
      (url) => url.host !== new URL(daemon.address).host,
      async (route) => {
        complaints.push(`asked for ${route.request().url()}`);
        await route.abort();
      },
    );

    await page.goto(`${daemon.address}/api`);
    await page.locator(".opblock-tag").first().waitFor();
    const { tags } = (await daemon.ask("/openapi.json")).body as { tags: { name: string }[] };
    expect(await page.locator(".opblock-tag").count()).toBe(tags.length);
    await picture(page, "api-1-areas");

    await page.click(".btn.authorize");
    await page.locator(".auth-container input").first().fill(DAEMON_ADMIN_TOKEN);
    await page.locator(".auth-btn-wrapper .authorize").first().click();
    await page.locator(".btn-done").first().click();
    await page.click("#operations-tag-running");
    const stats = page.locator("#operations-running-getAdminStats");
    await stats.locator(".opblock-summary").click();
    await stats.locator(".try-out__btn").click();
    await stats.locator(".execute").click();
    const answer = stats.locator(".live-responses-table");
    await answer.locator(".response .response-col_status", { hasText: "200" }).waitFor();
    expect(await answer.locator(".response").first().textContent()).toContain("isProcessingOn");
    await picture(page, "api-2-tried");
    expect(complaints).toEqual([]);
  },
  60_000,
);

/** Everything that goes wrong in the page: what its own policy forbids is said there, too. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENS"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}
