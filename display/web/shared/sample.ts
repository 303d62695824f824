// Opens a page in a given state without a hall: ?state=<name> reads /static/states/<page>.json. A live page never loads it.
import type { News } from "./wire";

export interface Sample {
  now?: string;
  seq?: number;
  rooms?: Record<string, unknown>;
  /** The kiosk's page has one state of its own instead of rooms. */
  screen?: unknown;
  lost?: boolean;
  refused?: string;
  /** What a person has done on the page already: each page reads its own facts. */
  did?: Record<string, unknown>;
  /** Answers of the hall to what the page asks for, by path. */
  answers?: Record<string, unknown>;
  /** Milliseconds that a picture waits for the page to settle. */
  wait?: number;
  /** Events that come later, in milliseconds after the page opened. */
  then?: { after: number; name: string; news: Partial<News> }[];
}

export function asked(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

export function stateAsked(): string | null {
  return asked("state");
}

let all: Promise<Record<string, Sample>> | undefined;

export function sample(): Promise<Sample | null> {
  const state = stateAsked();
  if (!state) return Promise.resolve(null);
  const page = document.documentElement.dataset.page ?? "";
  all ??= fetch(`/static/states/${page}.json`).then((answer) => answer.json() as Promise<Record<string, Sample>>);
  return all.then((states) => states[state] ?? null);
}

const forgets: (() => void)[] = [];

/** For what a page's modules keep beside its components: a sample that goes on to another state in its place begins without it. */
export function onAnother(forget: () => void): void {
  if (stateAsked()) forgets.push(forget);
}

export function another(): void {
  for (const forget of forgets) forget();
}
