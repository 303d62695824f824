// How pages speak: in the languages of config/words, by the same rules as the hall itself. It holds the switch and the rules, not the sentences.
import { ref } from "vue";
import languages from "words:languages";
import { asked } from "../sample";
import { recall, store } from "../token";

/** A language as its own file tells of it. */
export interface About {
  code: string;
  /** In its own words: what its button says. */
  name: string;
  /** What browsers call it. */
  tag: string;
  /** Further tags that it is the best language for. */
  also: string[];
  /** What stands between the members of a list. */
  list: string;
  /** Which way it is read: rtl from right to left. */
  direction: string;
}
/** A sentence, or its plural forms by the fact `n`, or by the one that `by` names. */
type Sentence = string | { [form: string]: string };
/** A section of the words in every language. */
export type Catalogue<Key extends string = string> = Record<string, Record<Key, Sentence>>;
export type Facts = Record<string, string | number | null | undefined>;
/** What the hall says of itself, by language. */
export type Texts = { readonly [language: string]: string | null | undefined };

export { languages };
const KEY = "hall.language";
const known = (code: string | null | undefined) => languages.filter((one) => one.code === code)[0];

/** The page's language; a hall's own default comes with its snapshot (`follow`). */
export const language = ref((known(asked("lang")) ?? known(recall(KEY)) ?? languages[0]).code);
show();

/** The language for a browser's tag, by what the files call themselves: the longest beginning of the tag, as Words.fitting in config/words. */
export function fitting(tag: string): About | undefined {
  const parts = tag.replace(/_/g, "-").toLowerCase().split("-");
  for (let length = parts.length; length; length--) {
    const begins = parts.slice(0, length).join("-");
    const found = languages.filter((one) =>
      [one.code, one.tag, ...one.also].some((own) => own.toLowerCase() === begins),
    )[0];
    if (found) return found;
  }
  return undefined;
}

export function speak(chosen: string, remember = true): void {
  if (!known(chosen)) return;
  language.value = chosen;
  if (remember) store(KEY, chosen);
  show();
}

/** Whether a page's own reader has a language: then the hall's default does not count. */
let own = false;

/** The language of the browser, for pages that a person opens on a machine of their own. A link's or a chosen one goes before. */
export function speakAsBrowser(): void {
  if (asked("lang") || recall(KEY)) return;
  for (const tag of navigator.languages || [navigator.language]) {
    const found = fitting(tag);
    if (!found) continue;
    own = true;
    return speak(found.code, false);
  }
}

/** The hall's default, unless somebody chose a language on this machine or it has one of its own. */
export function follow(chosen: string | undefined): void {
  if (chosen && !own && !asked("lang") && !recall(KEY)) speak(chosen, false);
}

/** The page's language as its file tells of it. */
export function spoken(): About {
  return known(language.value) ?? languages[0];
}

function show(): void {
  document.documentElement.lang = spoken().tag;
  document.documentElement.dir = spoken().direction;
}

export interface Say<Key extends string> {
  /** say("ahead", {n: 3}). Reading it in a template follows the language by itself. */
  (key: Key, facts?: Facts): string;
  /** The same in a certain language. */
  in(lang: string, key: Key, facts?: Facts): string;
  /** What stands before and after a fact: for a page that sets the fact large. */
  around(key: Key, fact: string): [before: string, after: string];
  has(key: string): key is Key;
}

export function words<Key extends string>(catalogue: Catalogue<Key>): Say<Key> {
  const within = (lang: string, key: Key, facts?: Facts) =>
    narrow(fill(catalogue[lang][key], lang, facts ?? {}), lang) || "";
  const say = (key: Key, facts?: Facts) => within(language.value, key, facts);
  const first = catalogue[languages[0].code];
  return Object.assign(say, {
    in: within,
    around(key: Key, fact: string): [string, string] {
      const [before, after] = say(key, { [fact]: "\0" }).split("\0");
      return [before.trim(), (after ?? "").trim()];
    },
    has: (key: string): key is Key => key in first,
  });
}

/** Facts in braces, clauses in brackets that are left out when a fact in them is not known: as in config/words. */
function fill(sentence: Sentence, lang: string, facts: Facts): string {
  const isKnown = (name: string) => facts[name] !== undefined && facts[name] !== null && facts[name] !== "";
  return formOf(sentence, lang, facts)
    .replace(/\[([^[\]]*)\]/g, (_, clause: string) =>
      (clause.match(/\{(\w+)\}/g) ?? []).every((fact) => isKnown(fact.slice(1, -1))) ? clause : "",
    )
    .replace(/\{(\w+)\}/g, (_, name: string) => (isKnown(name) ? String(facts[name]) : "…"));
}

function formOf(sentence: Sentence, lang: string, facts: Facts): string {
  if (typeof sentence === "string") return sentence;
  const n = Number(facts[sentence.by ?? "n"]);
  return sentence[plural(n, lang)] ?? sentence.other;
}

function plural(n: number, lang: string): string {
  if (typeof Intl.PluralRules !== "function") return n === 1 ? "one" : "other"; // before chrome63
  return new Intl.PluralRules((known(lang) ?? languages[0]).tag).select(n);
}

/** Curly quotes are as wide as a character in a Chinese face: other languages are set with straight ones. */
function narrow(text: string, lang: string): string {
  return /^(zh|ja|ko)/.test((known(lang) ?? languages[0]).tag)
    ? text
    : text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

/** What the hall says in several languages, in the page's; else in the first one there is. The only place that picks. */
export function both(texts: Texts | object | null | undefined): string {
  const said = texts as Texts | null | undefined;
  if (!said) return "";
  const lang = [language.value].concat(languages.map((one) => one.code)).filter((code) => said[code])[0];
  return lang ? narrow(said[lang] as string, lang) : "";
}

interface Named {
  name?: string | null;
  names?: Texts | null;
}
/** One thing's own name in the page's language; in the hall's where it has none in it. */
export function named(thing: Named | null | undefined): string {
  return thing ? both(thing.names) || thing.name || "" : "";
}

/** Every name of a thing, for a search that does not mind the language. */
export function namesOf(thing: Named): string[] {
  const texts = thing.names ?? {};
  return [thing.name ?? "", ...Object.keys(texts).map((lang) => texts[lang] ?? "")].map((name) => name.toLowerCase());
}

/** What to bring, in the page's language; in the hall's first where it was not given in it. */
export function papers(
  thing:
    | {
        materials?: string[] | null;
        material_lists?: { readonly [language: string]: string[] } | null;
      }
    | null
    | undefined,
): string[] {
  if (!thing) return [];
  const mine = (thing.material_lists || {})[language.value];
  return mine && mine.length ? mine : thing.materials || [];
}

/** A list as the page's language writes it. */
export function listed(parts: readonly string[]): string {
  return parts.join(spoken().list);
}

/** Whether a character of the page's language is as wide as high: twice as many letters fit beside it. */
export function wide(lang?: string): boolean {
  return /^(zh|ja|ko)/.test((known(lang) ?? spoken()).tag);
}

/** What Intl writes dates by: English as the hall's own signs have it, day before month. */
export function dates(lang?: string): string {
  const asked = (known(lang) ?? spoken()).tag;
  const tag = Intl.DateTimeFormat.supportedLocalesOf(asked).length ? asked : languages[0].tag; // not the browser's own language
  return tag === "en" ? "en-GB" : tag;
}
