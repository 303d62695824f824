// Finding a service as people look for it: by its name, by what they call it, by its theme, by the initials of each. One place for every page.
import { namesOf } from "./words";

interface Findable {
  code?: string;
  name?: string;
  names?: Record<string, string>;
  initials?: string | null;
  themes?: Record<string, string> | null;
  aliases?: string[];
  keys?: string[];
}

const valuesOf = (texts?: Record<string, string> | null) => Object.keys(texts || {}).map((key) => (texts || {})[key]);

/** How well it fits: 0 and up, less is better; -1 where it does not. Its own name comes before its other words, those before its theme. */
function fitOf(one: Findable, wanted: string): number {
  const text = wanted.trim().toLowerCase();
  if (!text) return 0;
  const groups = [
    [one.initials || "", one.code || ""].concat(namesOf(one)),
    (one.aliases || []).concat(one.keys || []),
    valuesOf(one.themes),
  ];
  let best = -1;
  groups.forEach((texts, at) =>
    texts.forEach((other) => {
      const found = (other || "").toLowerCase().indexOf(text);
      if (found >= 0 && (best < 0 || found + 1000 * at < best)) best = found + 1000 * at;
    }),
  );
  return best;
}

/** Those that fit, the best first; all of them, as they stand, where nothing is asked for. */
export function findServices<Service extends Findable>(services: readonly Service[], text: string): Service[] {
  if (!text.trim()) return services.slice();
  return services
    .map((one) => ({ one, fit: fitOf(one, text) }))
    .filter((row) => row.fit >= 0)
    .sort((a, b) => a.fit - b.fit)
    .map((row) => row.one);
}
