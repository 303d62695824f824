// How large one rem is on the kiosk's screen: as it was drawn, and never smaller than a person at arm's length can read and touch.
import { onBeforeUnmount, watch } from "vue";

/** Body text is 1.875 rem and a key 6 rem: with a sixth of an inch a letter is 8 mm high and a key an inch broad. */
const PER_INCH = 6;
/** What a browser takes for an inch where nobody has told the size of the screen. */
const USUAL_DOTS = 96;

/** The pages are drawn for 67.5 × 120 rem upright and 120 × 67.5 rem broad; on less than the smallest here they do not fit. */
function remOf(width: number, height: number, inches: number | null): number {
  const upright = height > width;
  const drawn = upright ? width / 67.5 : Math.min(width / 120, height / 67.5);
  const fits = upright ? Math.min(width / 62, height / 96) : Math.min(width / 64, height / 45);
  const dots = inches ? Math.sqrt(width * width + height * height) / inches : USUAL_DOTS;
  return Math.max(drawn, Math.min(dots / PER_INCH, fits));
}

/** Keeps the size of the page's root for as long as the page lives. */
export function useSize(inches: () => number | null): void {
  let now = 0;
  const set = () => {
    const rem = remOf(innerWidth, innerHeight, inches());
    if (rem === now) return;
    now = rem;
    document.documentElement.style.fontSize = `${rem}px`;
    window.dispatchEvent(new Event("resize")); // whoever counts what fits counts again
  };
  window.addEventListener("resize", set);
  onBeforeUnmount(() => window.removeEventListener("resize", set));
  watch(inches, set, { immediate: true });
}
