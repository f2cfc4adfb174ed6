// The playground in a real browser, with a restart of the daemon in the middle. SCREENS=<folder> keeps pictures of it.
import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { findBrowser, openBrowser } from "../harness/browser.ts";
import { type Daemon, endDaemons, startDaemon } from "../harness/daemon.ts";
import { binary } from "../harness/executable.ts";

binary();

const SILENCE_MS = 7_000;
const LINES = ["bom dia!", "tem o azul?", "tamanho 38"];
/** What the browser itself says of a daemon that is away for a moment; a page cannot keep it from saying so. */
const CONNECTION_LOST = /^Failed to load resource: net::ERR_(CONNECTION|EMPTY|SOCKET)/;

const hasBrowser = findBrowser();

let browser: Browser | null = null;
afterAll(async () => {
  await browser?.close();
  await endDaemons();
});

test.skipIf(!hasBrowser)(
  "three lines typed in the playground wait together, outlive a restart and get one answer",
  async () => {
    const daemon = await startDaemon({
      env: { PORT: freePort(), MESSAGE_BUFFER_DURATION_MS: String(SILENCE_MS) },
    });
    browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const seen = watch(page);

    await page.goto(`${daemon.address}/playground`);
    await page.locator("#live[data-live=on]").waitFor();
    expect(await text(page, "#title")).toBe("Nothing is waiting");
    await picture(page, "1-before");

    for (const line of LINES) {
      await page.fill("#text", line);
      await page.press("#text", "Enter");
      await page.locator("#bubbles li.customer", { hasText: line }).waitFor();
    }
    await page.locator("#detail", { hasText: "3 messages will be answered together." }).waitFor();
    expect(await text(page, "#title")).toBe("Waiting for silence");
    await countsDown(page);
    await picture(page, "2-waiting");

    await page.click("#restart");
    await page.locator("#restarted", { hasText: "nothing was lost, deadline kept" }).waitFor();
    expect(daemon.lines.filter(({ name }) => name === "boot.listening")).toHaveLength(2);
    expect(daemon.lines.map(({ name }) => name)).not.toContain("boot.stopped");
    expect(await text(page, "#detail")).toBe("3 messages will be answered together.");
    await countsDown(page);
    await picture(page, "3-after-restart");

    await page.locator("#bubbles li.bot").waitFor();
    await page.locator("#fact-delivery", { hasText: "sent" }).waitFor();
    await picture(page, "4-answered");
    await daemon.atRest();
    expect(await answers(daemon)).toHaveLength(1);
    expect(await page.locator("#bubbles li").count()).toBe(LINES.length + 1);
    expect(seen.complaints).toEqual([]);
    expect([...seen.hosts]).toEqual([new URL(daemon.address).host]);
  },
  60_000,
);

/** A port that outlives the restart: asked for by name, since the new process must listen where the page looks. */
function freePort(): string {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = listener;
  listener.stop(true);
  return String(port);
}

/** Everything the page asks for, and everything that goes wrong in it. */
function watch(page: Page): { hosts: Set<string>; complaints: string[] } {
  const hosts = new Set<string>();
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) hosts.add(new URL(request.url()).host);
  });
  page.on("console", (message) => {
    const isBad = message.type() === "error" || message.type() === "warning";
    if (isBad && !CONNECTION_LOST.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { hosts, complaints };
}

/** The number in the ring gets smaller, and is not above the silence. */
async function countsDown(page: Page): Promise<void> {
  const before = Number(await text(page, "#seconds"));
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThanOrEqual(SILENCE_MS / 1000);
  await page.locator("#seconds", { hasText: new RegExp(`^${before - 1}$`) }).waitFor();
}

async function answers(daemon: Daemon): Promise<unknown[]> {
  const { body } = await daemon.ask("/playground/state");
  return (body["messages"] as { from: string }[]).filter(({ from }) => from === "bot");
}

async function text(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? "";
}

/** Light, dark and on a small phone, when somebody wants to look. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENS"];
  if (folder === undefined) return;
  const shoot = (variant: string) => page.screenshot({ path: join(folder, `${name}-${variant}.png`) });
  await page.emulateMedia({ colorScheme: "light" });
  await shoot("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot("dark");
  await page.setViewportSize({ width: 360, height: 740 });
  await shoot("phone");
  await page.setViewportSize({ width: 1280, height: 860 });
}
