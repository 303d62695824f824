// How pages speak: each sentence once, as [Chinese, English], so the two can never drift apart. It holds the switch, not the sentences.
import { ref } from "vue";
import { asked } from "../sample";
import { recall, store } from "../token";
import type { Both, Language } from "../wire";

export type Pairs = Record<string, readonly [zh: string, en: string]>;
type Facts = Record<string, string | number | null | undefined>;

const KEY = "hall.language";
const first = (asked("lang") ?? recall(KEY)) as Language | null;

/** The page's language; a hall's own default comes with its snapshot (`follow`). */
export const language = ref<Language>(first === "en" ? "en" : "zh");
show();

export function speak(chosen: Language, remember = true): void {
  language.value = chosen;
  if (remember) store(KEY, chosen);
  show();
}

/** The hall's default, unless somebody chose a language on this machine. */
export function follow(chosen: Language | undefined): void {
  if (chosen && !asked("lang") && !recall(KEY)) speak(chosen, false);
}

function show(): void {
  document.documentElement.lang = language.value === "en" ? "en" : "zh-CN";
}

/** A catalogue's speaker: say("ahead", {n: 3}). Reading it in a template follows the language by itself. */
export function words<P extends Pairs>(pairs: P): (key: keyof P, facts?: Facts) => string {
  return (key, facts) => (language.value === "en" ? narrow(fill(pairs[key][1], facts)) : fill(pairs[key][0], facts));
}

/** Curly quotes are as wide as a character in a Chinese face: English is set with straight ones. */
function narrow(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

/** One thing's own name in the page's language; Chinese where no English was given. */
export function named(thing: { name: string; name_en?: string | null } | null | undefined): string {
  if (!thing) return "";
  return (language.value === "en" && thing.name_en && narrow(thing.name_en)) || thing.name;
}

/** What to bring, in the page's language; Chinese where no English was given. */
export function papers(
  thing: { materials?: string[] | null; materials_en?: string[] | null } | null | undefined,
): string[] {
  if (!thing) return [];
  return (
    (language.value === "en" && thing.materials_en && thing.materials_en.length
      ? thing.materials_en
      : thing.materials) || []
  );
}

export function both(pair: Partial<Both> | null | undefined): string {
  if (!pair) return "";
  return (language.value === "en" ? (pair.en && narrow(pair.en)) || pair.zh : pair.zh || pair.en) ?? "";
}

function fill(sentence: string, facts?: Facts): string {
  return facts ? sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole)) : sentence;
}
