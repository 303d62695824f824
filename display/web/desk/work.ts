// A desk at work: what the hall says of one window, and the presses made there. It decides nothing: gestures come from `ticket.moves`.
import { computed, onScopeDispose, ref, watch as follow } from "vue";
import { api, Away, Refused } from "../shared/api";
import { watch } from "../shared/hall";
import { Presses, Unsent } from "../shared/presses";
import { chime } from "../shared/staff/chime";
import { recall, store } from "../shared/token";
import type { Both, Me, Message, News, Service, StaffRoom, StaffTicket, TicketState, Window } from "../shared/wire";

interface Turn {
  id: string;
  why: (Partial<Both> & { code?: string }) | null;
}
interface LineAnswer {
  items: Turn[];
  idle: Partial<Both> | null;
}

/** As much of an answer as tells whether the page shows it: a ticket, a window, or a finished ticket with its evaluation. */
interface Answered {
  id?: string;
  no?: string;
  state?: string;
  times_called?: number;
  ticket?: Answered;
}

/** Where a desk shows a number in each state; one that is booked or over stands nowhere. A new state does not compile without its place. */
const SHOWN = {
  booked: null,
  waiting: "line",
  called: "hand",
  serving: "hand",
  held: "held",
  missed: "missed",
  done: null,
  cancelled: null,
  expired: null,
  referred: null,
} as const satisfies Record<TicketState, string | null>;
type Shown = (typeof SHOWN)[TicketState];

/** Why this desk works no longer: its session is over, its clerk has another window, somebody else has this one. */
export type Ended = "" | "ended" | "elsewhere" | "relieved";

/** A second press of the big button within this time is the same press. */
const SAME_PRESS = 600;
/** How long an answered press may wait until the page shows it, before the next one is allowed. */
const SETTLE = 1200;
const SOUND = "hall.desk.sound";

export function useWork(no: string, who: Me) {
  const live = watch<{ staff: StaffRoom }>(["staff"], hear);
  const presses = new Presses(`desk.${no}`);
  const room = computed(() => live.rooms?.staff ?? null);
  const window_ = computed(() => room.value?.windows.find((one) => one.no === no) ?? null);
  const mine = (ticket: StaffTicket) => ticket.window === no;
  const shown = (where: Shown) => room.value?.tickets.filter((one) => SHOWN[one.state] === where) ?? [];

  const inHand = computed(() => shown("hand").find(mine) ?? null);
  const held = computed(() =>
    shown("held").filter((one) => (one.kept_for ? one.kept_for === who.name : mine(one) || one.only_window === no)),
  );
  const missed = computed(() => shown("missed").filter((one) => servedHere(one)));

  // who waits, in the order in which the hall will call them
  const order = ref<Turn[] | null>(null);
  const idle = ref<Partial<Both> | null>(null);
  /** What this person may serve here now: where two work, each their own. */
  const mayServe = computed(() => window_.value?.may?.[who.name] ?? window_.value?.services ?? []);
  /** What the window has and this person may not serve. */
  const lacks = computed(() => {
    const all = new Set([...(window_.value?.services ?? []), ...(window_.value?.lacks ?? [])]);
    return [...all].filter((code) => !mayServe.value.includes(code));
  });
  const servedHere = (one: StaffTicket) =>
    mayServe.value.includes(one.service) && (!one.only_window || one.only_window === no);
  const line = computed(() => {
    const waiting = new Map(
      shown("line")
        .filter(servedHere)
        .map((one) => [one.id, one]),
    );
    const turns: { ticket: StaffTicket; why: Partial<Both> | string | null }[] = [];
    for (const turn of order.value ?? []) {
      const ticket = waiting.get(turn.id);
      if (ticket) turns.push({ ticket, why: turn.why });
      waiting.delete(turn.id);
    }
    for (const ticket of waiting.values()) turns.push({ ticket, why: null });
    return turns;
  });

  let asking = false;
  let again = false;
  async function askLine(): Promise<void> {
    if (asking) return void (again = true);
    asking = true;
    try {
      const answer = await api<LineAnswer>("GET", `/windows/${no}/line`, undefined, { poll: true });
      order.value = answer.items ?? null;
      idle.value = answer.idle ?? null;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) ended.value = "ended";
      else if (!(error instanceof Refused) && !(error instanceof Away)) throw error;
      order.value = null; // the list is then shown as it arrives
    } finally {
      asking = false;
      if (again) {
        again = false;
        globalThis.setTimeout(() => void askLine(), 400);
      }
    }
  }
  follow(
    () => live.rooms !== null,
    (known) => known && void askLine(),
    { immediate: true },
  );
  const beat = globalThis.setInterval(() => void (live.rooms && !live.lost && askLine()), 20_000); // waits grow, so the order may change by itself
  onScopeDispose(() => globalThis.clearInterval(beat));

  // presses
  const refused = ref("");
  const toast = ref("");
  const ended = ref<Ended>("");
  const settling = ref<Answered | null>(null);
  const busy = computed(() => settling.value !== null || presses.open.some((one) => one.state !== "unsent"));
  let shownSince = 0;
  follow(
    () => `${inHand.value?.id} ${inHand.value?.state} ${window_.value?.state}`,
    () => (shownSince = performance.now()),
  );
  follow(
    () => settling.value && arrived(settling.value),
    (here) => here && (settling.value = null),
  );
  /** Whether what the hall answered stands on the page already. */
  function arrived(answer: Answered): boolean {
    const ticket = answer.ticket ?? answer;
    if (!ticket.id) return !answer.no || window_.value?.state === answer.state;
    const shown = room.value?.tickets.find((one) => one.id === ticket.id);
    return shown
      ? shown.state === ticket.state && shown.times_called === ticket.times_called
      : !["called", "serving"].includes(ticket.state ?? "");
  }

  /** The big button has only just got its meaning: a press now was meant for the one before. */
  const justChanged = () => performance.now() - shownSince < SAME_PRESS;

  /** Sends one press; undefined when it was refused or never sent (both are then on the screen). */
  async function press<Answer extends Answered | null>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    label: string,
  ): Promise<Answer | undefined> {
    if (busy.value) return undefined;
    refused.value = toast.value = "";
    try {
      const answer = await presses.press<Answer>(method, path, body, label);
      if (answer && !arrived(answer)) {
        settling.value = answer;
        globalThis.setTimeout(() => (settling.value = null), SETTLE);
      }
      return answer;
    } catch (error) {
      if (error instanceof Refused) told(error);
      else if (!(error instanceof Unsent)) throw error;
      return undefined;
    }
  }
  function told(error: Refused): void {
    if (error.status === 401) ended.value = "ended";
    else if (error.code === "not_your_window") ended.value = relieved.value ? "relieved" : "elsewhere";
    else refused.value = error.message;
  }

  const sitsAt = (one: Window | null) => Boolean(one) && [one?.clerk_name, one?.beside_name].includes(who.name);
  // the same person has another window: opened by them, or put there by a manager
  const other = computed(() =>
    sitsAt(window_.value) ? null : (room.value?.windows.find((one) => one.no !== no && sitsAt(one))?.no ?? null),
  );
  follow(other, (gone) => gone && (ended.value = "elsewhere"), { immediate: true });
  // somebody else works at this window now: taken over at sign-in, or put there by a manager
  const relieved = computed(() => who.role === "clerk" && Boolean(window_.value?.clerk_name) && !sitsAt(window_.value));
  follow(
    relieved,
    (gone) => {
      if (gone && !ended.value) ended.value = "relieved";
      else if (!gone && ended.value === "relieved") ended.value = "";
    },
    { immediate: true },
  );

  // the hall no longer tells this desk anything: its session was ended, here or from another machine; or there are too many pages just now
  follow(
    () => live.refused,
    (why) => why && live.rooms !== null && void askLine(),
  ); // whose 401 says which

  // news: for the ear and the title only
  const sound = ref(recall(SOUND) !== "off");
  follow(sound, (on) => store(SOUND, on ? "on" : "off"));
  function hear(name: string, news: News): void {
    void askLine();
    if (name === "ticket.issued" && !inHand.value && line.value.length === 1 && sound.value) chime();
    if (name === "message.sent" && (!news.to || news.to === no) && sound.value) chime();
  }

  const read = ref<string[]>(JSON.parse(recall(`hall.desk.read.${no}`) ?? "[]") as string[]);
  const messages = computed<Message[]>(() =>
    (room.value?.messages ?? []).filter((one) => (!one.window || one.window === no) && !read.value.includes(one.id)),
  );
  function readMessage(id: string): void {
    read.value = [...read.value.slice(-50), id];
    store(`hall.desk.read.${no}`, JSON.stringify(read.value));
  }

  const service = (code: string): Service | undefined => room.value?.services.find((one) => one.code === code);
  return {
    live,
    room,
    window: window_,
    inHand,
    held,
    missed,
    line,
    idle,
    lacks,
    presses,
    press,
    justChanged,
    busy,
    refused,
    toast,
    ended,
    other,
    sound,
    messages,
    readMessage,
    service,
    no,
  };
}

export type Work = ReturnType<typeof useWork>;
