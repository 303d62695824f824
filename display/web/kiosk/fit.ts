// How many rows of a least height fit into a box: a page of choices is never scrolled, it is turned.
import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from "vue";

/** `least` is in em of the box itself, so that large type brings fewer rows. Never more than `most`. */
export function useFit(box: Ref<HTMLElement | null>, least: () => number, most: number, when: () => unknown): Ref<number> {
  const rows = ref(most);
  const measure = () => {
    if (!box.value) return;
    const em = parseFloat(getComputedStyle(box.value).fontSize);
    const gap = parseFloat(getComputedStyle(document.documentElement).fontSize);
    rows.value = Math.max(1, Math.min(most, Math.floor((box.value.clientHeight + gap) / (least() * em + gap))));
  };
  onMounted(() => {
    measure();
    window.addEventListener("resize", measure);
  });
  onBeforeUnmount(() => window.removeEventListener("resize", measure));
  watch(when, () => nextTick(measure));
  return rows;
}
