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
  const watcher = window.ResizeObserver ? new ResizeObserver(measure) : null;
  onMounted(() => {
    measure();
    window.addEventListener("resize", measure);
    if (watcher && list.value) watcher.observe(list.value);
  });
  onBeforeUnmount(() => {
    window.removeEventListener("resize", measure);
    if (watcher) watcher.disconnect();
  });
  watch(when, () => nextTick(measure));
  return whole;
}

/** Whether a box is at least so many rem broad: then its choices stand in two columns. */
export function useBroad(box: Ref<HTMLElement | null>, least: number): Ref<boolean> {
  const broad = ref(false);
  const measure = () => {
    if (!box.value) return;
    broad.value = box.value.clientWidth >= least * parseFloat(getComputedStyle(document.documentElement).fontSize);
  };
  onMounted(() => {
    measure();
    window.addEventListener("resize", measure);
  });
  onBeforeUnmount(() => window.removeEventListener("resize", measure));
  return broad;
}
