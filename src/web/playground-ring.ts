// The countdown ring: draws the time left until a deadline. It owns no clock and no deadline; the page passes both.

/** Under this the ring turns into blocks, one per second: another shape, not only another colour. */
const LAST_MS = 5_000;
/** The step of the plain number when the reader wants no motion. */
const CALM_STEP_MS = 5_000;

export interface RingParts {
  root: SVGSVGElement;
  arc: SVGCircleElement;
  blocks: SVGGElement;
  seconds: HTMLElement;
}

/** Draws `leftMs` of `wholeMs`; null draws an empty ring. Writes only what changed. */
export function drawRing(parts: RingParts, leftMs: number | null, wholeMs: number, isCalm: boolean): void {
  const shownMs =
    leftMs === null ? 0 : Math.max(0, isCalm ? Math.ceil(leftMs / CALM_STEP_MS) * CALM_STEP_MS : leftMs);
  const isLast = leftMs !== null && shownMs <= LAST_MS;
  const share = wholeMs > 0 ? Math.min(1, shownMs / wholeMs) : 0;
  setAttribute(parts.root, "data-shape", leftMs === null ? "empty" : isLast ? "blocks" : "arc");
  setAttribute(parts.arc, "stroke-dasharray", `${(share * 100).toFixed(2)} 100`);
  showBlocks(parts.blocks, isLast ? Math.ceil(shownMs / 1000) : 0);
  setText(parts.seconds, leftMs === null ? "–" : String(Math.ceil(shownMs / 1000)));
}

function showBlocks(group: SVGGElement, count: number): void {
  [...group.children].forEach((block, index) => setAttribute(block, "data-on", String(index < count)));
}

function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
