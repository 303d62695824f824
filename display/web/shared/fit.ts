// How many rows of a least height fit into a box: a page of choices is never scrolled, it is turned.
import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from "vue";

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
  const watcher = window.ResizeObserver ? new ResizeObserver(measure) : null; // younger than the oldest browser we serve
  onMounted(() => {
    measure();
    window.addEventListener("resize", measure);
    if (watcher && box.value) watcher.observe(box.value);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("resize", measure);
    if (watcher) watcher.disconnect();
  });
  watch(when, () => nextTick(measure));
  return rows;
}
