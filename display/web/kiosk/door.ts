// The touch page's one line to the kiosk process (docs/kiosk-door.md): a state in, gestures out. It forgets whom it showed.
import { reactive } from "vue";
import { setNow } from "../shared/hall";
import type { Gestures, KioskState } from "../shared/kiosk-door";
import { onAnother, sample, stateAsked } from "../shared/sample";

/** Without a word from the process for this long the page says that the kiosk is away. */
const LOST_AFTER = 5000;
/** The stream sends a beat every 15 s; without any for this long the page asks by itself. */
const POLL = 1000;
/** Touches nearer together than this are told once. */
const TOUCHES = 2000;

interface Door {
  state: KioskState | null;
  /** When the state came: the countdown runs from here. */
  came: number;
  lost: boolean;
  busy: boolean;
  /** Why the last press was refused, in a sentence for the person. */
  refused: string;
}

const shut = (): Door => ({ state: null, came: 0, lost: false, busy: false, refused: "" });
export const door = reactive<Door>(shut());
onAnother(() => Object.assign(door, shut()));

let heard = Date.now();

function take(state: KioskState): void {
  heard = Date.now();
  door.lost = false;
  if (door.state && state.seq < door.state.seq) return;
  if (door.state && door.state.screen !== state.screen) door.refused = "";
  door.state = state;
  door.came = Date.now();
  setNow(state.now);
}

interface Answer {
  error?: { code: string; detail: string };
  state?: KioskState;
}

async function send<G extends keyof Gestures>(gesture: G, body: Gestures[G]): Promise<void> {
  try {
    const answer = await fetch(`/${gesture}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as Answer;
    door.refused = told.error ? told.error.detail : "";
    take(told.error && told.state ? told.state : (told as unknown as KioskState));
  } catch (error) {
    console.warn("the kiosk did not answer", gesture, error); // the stream or the poll will tell when it is back
  }
}

/** One gesture. The answer is the new state; a refusal changes nothing but brings the state as well. */
export async function press<G extends keyof Gestures>(gesture: G, body = {} as Gestures[G]): Promise<void> {
  if (door.busy || stateAsked()) return;
  door.busy = true;
  touchedAt = Date.now();
  await send(gesture, body);
  door.busy = false;
}

let touchedAt = 0;

/** Any touch of the page is a sign that somebody is there: a digit, a letter, a theme, a page turned. */
export function touched(): void {
  const state = door.state;
  if (!state || state.seconds_left === null || state.still_there || stateAsked()) return;
  if (Date.now() - touchedAt < TOUCHES) return;
  touchedAt = Date.now();
  void send("stay", {});
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
