// How many rows of a least height fit into a box: a page of choices is never scrolled, it is turned.
import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from "vue";

/** Calls `measure` whenever its box may hold its content otherwise: drawn, resized, other content, or a face that came late. A slice of
 *  a face is loaded when its first letter is written, and it changes the lines in a box whose own size stays: no observer of sizes sees that. */
export function useMeasure(box: Ref<HTMLElement | null>, measure: () => void, when: () => unknown): void {
  const watcher = window.ResizeObserver ? new ResizeObserver(measure) : null; // younger than the oldest browser we serve
  const faces = document.fonts;
  onMounted(() => {
    void nextTick(measure);
    window.addEventListener("resize", measure);
    if (faces && faces.addEventListener) faces.addEventListener("loadingdone", measure);
    if (watcher && box.value) watcher.observe(box.value);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("resize", measure);
    if (faces && faces.removeEventListener) faces.removeEventListener("loadingdone", measure);
    if (watcher) watcher.disconnect();
  });
  watch(when, () => nextTick(measure));
}

/** `least` is in em of the box itself, so that large type brings fewer rows. Never more than `most`. */
export function useFit(
  box: Ref<HTMLElement | null>,
  least: () => number,
  most: number,
  when: () => unknown,
): Ref<number> {
  const rows = ref(most);
  const measure = () => {
    if (!box.value) return;
    const style = getComputedStyle(box.value);
    const gap = parseFloat(style.rowGap) || 0;
    rows.value = Math.max(
      1,
      Math.min(most, Math.floor((box.value.clientHeight + gap) / (least() * parseFloat(style.fontSize) + gap))),
    );
  };
  useMeasure(box, measure, when);
  return rows;
}

/** How many of a list's first items stand in it whole: an item that would be cut is not shown at all. */
export function useWhole(list: Ref<HTMLElement | null>, when: () => unknown): Ref<number> {
  const whole = ref(0);
  const measure = () => {
    const box = list.value;
    if (!box) return;
    const end = box.getBoundingClientRect().top + box.clientHeight + 1;
    const items = [].slice.call(box.children) as HTMLElement[];
    whole.value = items.filter((item) => item.getBoundingClientRect().bottom <= end).length;
  };
  useMeasure(list, measure, when);
  return whole;
}

/** Whether a box is at least so many rem broad: then its choices stand in two columns. */
export function useBroad(box: Ref<HTMLElement | null>, least: number): Ref<boolean> {
  const broad = ref(false);
  const measure = () => {
    if (!box.value) return;
    broad.value = box.value.clientWidth >= least * parseFloat(getComputedStyle(document.documentElement).fontSize);
  };
  useMeasure(box, measure, () => null);
  return broad;
}
