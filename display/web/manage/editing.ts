// The form in which one thing of a list is changed or made: filled from what is there, gone once the hall has taken it. It draws and sends nothing.
import { computed, ref, shallowRef, watch, type Ref } from "vue";
import { useOffice } from "./office";
import { useUnsaved } from "./unsaved";

/**
 * `fill` makes the form of one thing, or of a new one (null); `write` sends it to the hall and gives undefined where it was not taken.
 * `sample` finds what a sample state has in its form, by what the state names under `fact`.
 */
export function useEditing<One, Form>(
  fill: (one: One | null) => Form,
  write: (form: Form, one: One | null) => Promise<unknown>,
  sample: (named: unknown) => One | null = () => null,
  fact = "edit",
) {
  const form = ref(null) as Ref<Form | null>;
  const one = shallowRef<One | null>(null);
  const { did } = useOffice();
  useUnsaved(() => form.value);
  function edit(what: One | null): void {
    one.value = what;
    form.value = fill(what);
  }
  async function keep(): Promise<void> {
    if (form.value && (await write(form.value, one.value)) !== undefined) form.value = null;
  }
  watch(did, (facts) => facts[fact] !== undefined && edit(sample(facts[fact])), { immediate: true });
  return { form, fresh: computed(() => one.value === null), edit, keep };
}

/** A list with one thing changed at its place, or a new one (null) at its end. */
export const put = <One>(items: One[], at: number | null, one: One): One[] =>
  at === null ? [...items, one] : items.map((other, place) => (place === at ? one : other));
