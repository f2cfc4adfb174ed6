// The real browser that pages are looked at with, where there is one.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** It asks nobody for anything by itself. */
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is one; says so where there is none. */
export function findBrowser(): boolean {
  const hasChromium = existsSync(CHROMIUM);
  if (!hasChromium) console.log(`skipped: there is no ${CHROMIUM}, so no page can be looked at`);
  return hasChromium;
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
}
