// The touch page's one line to the kiosk process (docs/kiosk-door.md): a state in, gestures out. It holds no rule and forgets whom it showed.
import { reactive } from "vue";
import { setNow } from "../shared/hall";
import { sample, stateAsked } from "../shared/sample";
import type { Both, Instant, Language, Wait } from "../shared/wire";

/** Without a word from the process for this long the page says that the kiosk is away. */
const LOST_AFTER = 5000;
/** The stream sends a beat every 15 s; without any for this long the page asks by itself. */
const POLL = 1000;

export interface KioskService {
  code: string;
  name: string;
  name_en: string;
  theme: string | null;
  theme_en?: string | null;
  initials: string;
  prefix: string;
  kind: string;
  waiting: number;
  wait: Wait | null;
  can: boolean;
  why_not: (Both & { code: string }) | null;
  materials: string[];
  materials_en?: string[] | null;
  online: string | null;
  online_qr?: string | null;
}
export interface KioskTicket {
  id: string;
  number: string | null;
  service: string;
  service_name: string;
  service_name_en: string;
  state: string;
  ahead: number | null;
  wait: Wait | null;
  issued_at: Instant | null;
  slot_at: Instant | null;
  slot_end: Instant | null;
  early?: boolean;
  window: string | null;
  track: string;
  url: string;
  qr: string | null;
  offline: boolean;
}
export interface KioskState {
  seq: number;
  screen: string;
  may: string[];
  language: Language;
  elder: boolean;
  wheelchair: boolean;
  muted: boolean;
  seconds_left: number | null;
  timeout: number | null;
  now: Instant;
  hall: {
    code: string;
    name: string;
    name_en: string;
    open: boolean;
    hours: { from: string; to: string }[];
    look?: { logo?: string | null } | null;
    phone?: string | null;
  };
  kiosk: { name: string };
  server: "ok" | "away";
  purpose: "take" | "book";
  person: { masked?: string; last4?: string; card?: string; phone?: string } | null;
  card_left: boolean;
  notice: { version?: string; zh?: string; en?: string };
  ways: { way: string; ready: boolean; sentence: Both | null }[];
  services: KioskService[];
  service: KioskService | null;
  green: ({ reason: string } & Both)[];
  ticket: KioskTicket | null;
  tickets: KioskTicket[];
  appointment: KioskTicket | null;
  appointments: KioskTicket[];
  slots: { id: string; from: Instant; to: Instant; free: number }[];
  paper: { state: string; sentence: Both | null };
  message: (Both & { code: string }) | null;
  say: ({ id: number; audio?: Partial<Both> | null } & Both) | null;
  help: { asked_at: Instant; answered: boolean } | null;
  enrol: { code: string; expires_at: Instant } | null;
  devices: Record<string, { state: string; code: string; sentence: string; sentence_en: string }>;
}

interface Door {
  state: KioskState | null;
  /** When the state came: the countdown runs from here. */
  came: number;
  lost: boolean;
  busy: boolean;
}

export const door = reactive<Door>({ state: null, came: 0, lost: false, busy: false });

let heard = Date.now();

function take(state: KioskState): void {
  heard = Date.now();
  door.lost = false;
  if (door.state && state.seq < door.state.seq) return;
  door.state = state;
  door.came = Date.now();
  setNow(state.now);
}

/** One gesture. The answer is the new state; a refusal changes nothing but brings the state as well. */
export async function press(gesture: string, body: Record<string, unknown> = {}): Promise<void> {
  if (door.busy || stateAsked()) return;
  door.busy = true;
  try {
    const answer = await fetch(`/${gesture}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as KioskState | { state: KioskState };
    take("state" in told && "error" in told ? told.state : (told as KioskState));
  } catch (error) {
    console.warn("the kiosk did not answer", gesture, error); // the stream or the poll will tell when it is back
  }
  door.busy = false;
}

/** Listens for the life of the page: the stream, and where it is silent a look every second. */
export function listen(): void {
  if (stateAsked()) {
    void sample().then((found) => found && found.screen && take(found.screen as KioskState));
    return;
  }
  const stream = new EventSource("/stream");
  let streaming = false;
  stream.onopen = () => (streaming = true);
  stream.onerror = () => (streaming = false);
  stream.onmessage = (event) => take(JSON.parse(event.data) as KioskState);
  window.setInterval(() => {
    if (streaming) return void (heard = Date.now());
    door.lost = Date.now() - heard > LOST_AFTER;
    void fetch("/state")
      .then((answer) => answer.json())
      .then((state: KioskState) => {
        if (door.lost && door.state) door.state.seq = 0; // a new process counts from the beginning
        take(state);
      })
      .catch(() => undefined); // said by `lost`, five seconds on
  }, POLL);
}
