// Plays a sentence as the hall's voice says it, on the manager's own computer.
import { ref } from "vue";
import { api, Refused } from "../shared/api";
import type { Language } from "../shared/wire";
import type { Office } from "./office";

export function useListen(say: Office["say"]) {
  const unheard = ref("");
  async function listen(sentences: [language: Language, text: string][], volume = 100): Promise<void> {
    unheard.value = "";
    try {
      for (const [language, text] of sentences) {
        const { url } = await api<{ url: string }>("POST", "/voice", { text, language });
        const sound = Object.assign(new Audio(url), { volume: volume / 100 });
        const over = new Promise((resolve, fail) => Object.assign(sound, { onended: resolve, onerror: fail }));
        await sound.play();
        await over;
      }
    } catch (error) {
      unheard.value = error instanceof Refused ? error.message : say("unheard");
    }
  }
  return { unheard, listen };
}
