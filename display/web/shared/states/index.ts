// All sample states by page and name: ?state=<name> opens a page in one of them; ./hall shots and the page tests walk them all.
import type { Sample } from "../sample";
import { board } from "./board.ts";
import { book, here } from "./book.ts";
import { desk } from "./desk.ts";
import { evaluate } from "./evaluate.ts";
import { guide } from "./guide.ts";
import { home } from "./home.ts";
import { kiosk } from "./kiosk.ts";
import { control, manage } from "./manage.ts";
import { pad } from "./pad.ts";
import { phone } from "./phone.ts";
import { windowScreen } from "./window.ts";

export const states = inEveryLanguage({
  board,
  book,
  control,
  desk,
  evaluate,
  guide,
  here,
  home,
  kiosk,
  manage,
  pad,
  phone,
  window: windowScreen,
}) as Record<string, Record<string, Sample>>;

/** A text and its English become one value for all languages, as the server gives it: `name`, `name_en` -> `names`. */
function inEveryLanguage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inEveryLanguage);
  if (!value || typeof value !== "object") return value;
  const thing = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inEveryLanguage(inner)]));
  for (const key of Object.keys(thing).filter((name) => `${name}_en` in thing && typeof thing[name] === "string"))
    thing[key === "address" ? "addresses" : `${key}s`] = { zh: thing[key], en: thing[`${key}_en`] || thing[key] };
  return thing;
}
