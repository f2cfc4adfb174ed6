// The playground page: connects what the reader does, looks at the daemon, and draws the time that is left, frame
// by frame while the page is seen. Loaded as app.js; nothing imports it, since it would then run twice.
import { listen } from "./playground-acts.ts";
import { find, say, texts, translate } from "./playground-elements.ts";
import { connection, lastState, leftMs, look, lookNow, nextTryMs } from "./playground-look.ts";
import { drawRing } from "./playground-ring.ts";
import { showConnection } from "./playground-view.ts";
import { ringMs } from "./playground-words.ts";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const ring = {
  root: document.querySelector<SVGSVGElement>("#ring")!,
  arc: document.querySelector<SVGCircleElement>("#arc")!,
  blocks: document.querySelector<SVGGElement>("#blocks")!,
  seconds: find("seconds"),
};

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) lookNow();
});
translate();
listen();
void look();
requestAnimationFrame(tick);

/** The ring follows the daemon's clock, not the looks. */
function tick(): void {
  const state = lastState();
  if (state !== null) {
    drawRing(ring, leftMs(state), ringMs(state), calm.matches);
    showGlance();
  }
  const now = connection();
  if (now.isLost) {
    say("lost-text", texts.lost(Math.ceil(nextTryMs() / 1000)));
    // A restart that takes too long becomes a lost connection between two looks.
    if (!now.isRestarting) showConnection(now);
  }
  requestAnimationFrame(tick);
}

/** The ring in one line, for a screen on which the ring itself is out of sight. */
function showGlance(): void {
  const seconds = ring.root.dataset["shape"] === "empty" ? "" : `${ring.seconds.textContent} s · `;
  find("glance").hidden = false;
  say("glance", `${seconds}${find("title").textContent}`);
}
