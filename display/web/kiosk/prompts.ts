// Speaks the kiosk's prompts: a file where the kiosk has one, else the browser's own voice where it has one for the language. Once per prompt.
import type { Prompt } from "../shared/kiosk-door";
import { both, fitting } from "../shared/words";

let last = 0;
const player = new Audio();

export function voice(prompt: Prompt, language: string, muted: boolean): void {
  if (prompt.id === last) return;
  last = prompt.id;
  player.pause();
  if (window.speechSynthesis) window.speechSynthesis.cancel();
  if (muted && !prompt.asked) return;
  const file = prompt.audio && (prompt.audio as unknown as Record<string, string>)[language];
  if (file) {
    player.src = file;
    const started = player.play();
    if (started) started.catch((error: Error) => console.warn("no sound", error.name));
    return;
  }
  if (!window.speechSynthesis) return;
  const fits = (one: SpeechSynthesisVoice) => (fitting(one.lang) || { code: "" }).code === language;
  const found = window.speechSynthesis.getVoices().filter(fits)[0];
  if (!found) return;
  const words = new SpeechSynthesisUtterance(both(prompt));
  words.voice = found;
  words.lang = found.lang;
  window.speechSynthesis.speak(words);
}
