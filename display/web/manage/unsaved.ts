// What is typed and not saved is not lost without a question: on leaving a page or a form, and when the browser is closed. It saves nothing.
import { onScopeDispose, shallowReactive, shallowRef, watch } from "vue";

const changed = shallowReactive(new Set<symbol>());
/** What will be done once it is said that the changes may go; null while nobody is asked. */
export const leaving = shallowRef<(() => void) | null>(null);

addEventListener("beforeunload", (event) => changed.size && event.preventDefault());

/** Does it at once where nothing would be lost, else after the question. */
export function leave(go: () => void): void {
  if (changed.size) leaving.value = go;
  else go();
}
export const unsaved = () => changed.size > 0;

/** The changes may go. */
export function discard(): void {
  const go = leaving.value;
  leaving.value = null;
  changed.clear();
  go?.();
}

/**
 * Watches what is being edited (null: nothing is) from the moment it is there. `saved()` says that it is now the hall's.
 */
export function useUnsaved(what: () => unknown): { saved: () => void } {
  const me = Symbol("edited");
  let before: string | null = null;
  const written = () => {
    const value = what();
    return value === null || value === undefined ? null : JSON.stringify(value);
  };
  const look = (now: string | null) => {
    before = now === null ? null : (before ?? now);
    if (now === before) changed.delete(me);
    else changed.add(me);
  };
  watch(written, look, { immediate: true });
  onScopeDispose(() => changed.delete(me));
  const saved = () => {
    before = null;
    look(written());
  };
  return { saved };
}
