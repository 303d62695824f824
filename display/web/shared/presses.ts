// Presses that must not be lost: each is sent once, with the same key until it is answered, or is said not to have been sent.
import { reactive } from "vue";
import { api, Away, newKey, Refused } from "./api";
import { now } from "./hall";
import { recall, store } from "./token";

export interface Press {
  key: string;
  method: "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  /** What the person pressed, in their words: shown while it waits and if it fails. */
  label: string;
  at: number;
  state: "sending" | "waiting" | "unsent";
}

/** A call that was pressed two minutes ago would surprise everybody: it is no longer sent, and the page says so. */
const TOO_OLD = 60_000;
const AGAIN = 1500;

export class Unsent extends Error {}

export class Presses {
  /** Everything not yet answered, oldest first; `unsent` ones stay until they are dismissed. */
  readonly open = reactive<Press[]>([]);
  private readonly answers = new Map<string, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private busy = false;
  private readonly place: string;

  constructor(place: string) {
    this.place = `hall.presses.${place}`;
    for (const press of JSON.parse(recall(this.place) ?? "[]") as Press[])
      this.open.push(Object.assign(press, { state: "waiting" }));
    if (this.open.length) void this.send();
  }

  press<Answer>(method: Press["method"], path: string, body: unknown, label: string): Promise<Answer> {
    const press: Press = { key: newKey(), method, path, body, label, at: now(), state: "sending" };
    this.open.push(press);
    this.keep();
    const answer = new Promise<unknown>((resolve, reject) => this.answers.set(press.key, { resolve, reject }));
    void this.send();
    return answer as Promise<Answer>;
  }

  dismiss(key: string): void {
    const index = this.open.findIndex((press) => press.key === key);
    if (index >= 0) this.open.splice(index, 1);
    this.keep();
  }

  /** One at a time and in order: "call" pressed before "finish" arrives before it. */
  private async send(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let press = this.next(); press; press = this.next()) {
      if (Math.abs(now() - press.at) > TOO_OLD) {
        press.state = "unsent";
        this.keep();
        this.answer(press, null, new Unsent(press.label));
        continue;
      }
      try {
        const value = await api<unknown>(press.method, press.path, press.body, { key: press.key });
        this.dismiss(press.key);
        this.answer(press, value);
      } catch (error) {
        if (error instanceof Away) {
          press.state = "waiting";
          await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
        } else {
          this.dismiss(press.key);
          this.answer(press, null, error instanceof Refused ? error : new Error(String(error)));
        }
      }
    }
    this.busy = false;
  }

  private next(): Press | undefined {
    return this.open.filter((press) => press.state !== "unsent")[0];
  }

  private answer(press: Press, value: unknown, error?: Error): void {
    const waiting = this.answers.get(press.key);
    this.answers.delete(press.key);
    if (!waiting) return; // pressed before a reload: the snapshot shows what came of it
    if (error) waiting.reject(error);
    else waiting.resolve(value);
  }

  private keep(): void {
    store(this.place, JSON.stringify(this.open.filter((press) => press.state !== "unsent")));
  }
}
