// Requests to the hall's API: one key a press, refusals as sentences. It repeats a request only where the hall itself says that nothing was
// done and when to ask again (503, Retry-After); all else is for presses.ts.
import { spoken } from "./words";
import { sample, stateAsked } from "./sample";
import { recall, store, token } from "./token";
import type { PendingAct } from "./wire";

/** The hall said no, by a rule, in a sentence for a person; nothing has changed. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
  constructor(status: number, body: Record<string, unknown>) {
    super(String(body.detail ?? body.title ?? status));
    this.status = status;
    this.code = String(body.code ?? status);
    this.body = body;
  }
}

/** It is asked for, and done once somebody else has confirmed it. */
export class Waits extends Error {
  readonly act: PendingAct;
  constructor(act: PendingAct) {
    super(act.id);
    this.act = act;
  }
}

/** Nobody answered: it is not known whether it was done. The same key may be sent again. */
export class Away extends Error {}

export interface Ask {
  key?: string;
  /** Milliseconds after which an answer is no longer waited for. */
  patience?: number;
  /** Why it is done, where the hall wants to know. */
  because?: string;
  /** The page asks by itself, again and again: nobody need be there, and a session may end meanwhile. */
  poll?: boolean;
}

/** How often a request is repeated that the hall wants to be asked again. */
const AGAIN = 5;
const CSRF = "hall.csrf";
export const rememberCsrf = (value: string) => store(CSRF, value);

export async function api<Answer>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  ask: Ask = {},
): Promise<Answer> {
  if (stateAsked()) return sampleAnswer<Answer>(path);
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": spoken().tag,
  };
  const mine = token();
  if (mine) headers.Authorization = `Bearer ${mine}`;
  const csrf = recall(CSRF);
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (method === "POST") headers["Idempotency-Key"] = ask.key ?? newKey();
  if (ask.because) headers["Change-Reason"] = encodeURIComponent(ask.because);
  if (ask.poll) headers["X-Hall-Poll"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const once = () =>
    withPatience(
      fetch(`/api/v1${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
      }),
      ask.patience ?? 8000,
    );
  let answer: Response;
  try {
    answer = await once();
    for (let n = 0, wait = asksAgain(answer); n < AGAIN && wait; n++, wait = asksAgain(answer)) {
      await new Promise((resolve) => window.setTimeout(resolve, wait * 1000));
      answer = await once();
    }
  } catch (error) {
    throw new Away(String(error));
  }
  if (answer.status === 204) return null as Answer;
  const parsed = readJson(await answer.text().catch(() => ""));
  // who answers with something else is not the hall: the login page of a hotspot says 200, too
  if (parsed === undefined) throw new Away(`${answer.status}, not the hall's answer`);
  if (answer.status === 202 && "held" in (parsed as object)) throw new Waits(parsed as PendingAct);
  if (answer.ok) return parsed as Answer;
  // trouble that passes, whatever its name: the press may be sent again under its key
  if (answer.status >= 500) throw new Away(String((parsed as Record<string, unknown>).detail ?? answer.status));
  throw new Refused(answer.status, parsed as Record<string, unknown>);
}

/** Seconds after which the hall wants to be asked again; 0 where it does not. */
function asksAgain(answer: Response): number {
  return answer.status === 503 ? Math.min(10, Number(answer.headers.get("Retry-After")) || 0) : 0;
}

/** 128 random bits. `crypto.randomUUID` is missing in old browsers and on plain http. */
export function newKey(): string {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.prototype.map.call(bytes, (byte: number) => (byte + 256).toString(16).slice(1)).join("");
}

/** An object or a list; undefined for anything else. */
function readJson(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text);
    return found !== null && typeof found === "object" ? found : undefined;
  } catch {
    return undefined;
  }
}

function withPatience<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new Error("no answer in time")), milliseconds);
    promise.then(
      (value) => (window.clearTimeout(timer), resolve(value)),
      (error) => (window.clearTimeout(timer), reject(error)),
    );
  });
}

async function sampleAnswer<Answer>(path: string): Promise<Answer> {
  const state = await sample();
  const answers = (state && state.answers) || {};
  const found = answers[path.split("?")[0]] as { refused?: number } | undefined;
  if (found && found.refused) throw new Refused(found.refused, found as Record<string, unknown>);
  return (found === undefined ? {} : found) as Answer;
}
