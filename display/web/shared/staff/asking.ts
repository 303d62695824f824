// A form that asks the hall: whether it is at it, and what the hall said no to, as a sentence.
import { ref } from "vue";
import { Away, Refused } from "../api";
import { say } from "./words";

export function useAsking() {
  const busy = ref(false);
  const wrong = ref("");

  /** Does it; `refused` may look at what the hall said no to. */
  async function go(act: () => Promise<void>, refused: (error: Refused) => void = () => undefined): Promise<void> {
    wrong.value = "";
    busy.value = true;
    try {
      await act();
    } catch (error) {
      if (error instanceof Away) wrong.value = say("away");
      else if (error instanceof Refused) {
        wrong.value = error.message;
        refused(error);
      } else throw error;
    } finally {
      busy.value = false;
    }
  }
  return { busy, wrong, go };
}
