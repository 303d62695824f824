// The one way a page speaks with the hall: watch rooms, resume after an outage, know the server's time. It draws nothing and holds no rule.
import { io, type Socket } from "socket.io-client";
import { reactive, readonly, ref } from "vue";
import { merge } from "./merge";
import { onAnother, sample, stateAsked } from "./sample";
import { token } from "./token";
import type { News, WatchAnswer } from "./wire";

/** A blink of the network is no alarm: a page says that it has lost the hall only after this long. */
const LOST_AFTER = 5000;
/** An answer to `watch` that does not come is asked for again. */
const ASK_AGAIN = 4000;

/** A refused connection is tried again only now and then. */
const REFUSED_AGAIN = 15_000;

export interface Live<Rooms> {
  /** The rooms' snapshots by name; null until the first answer. */
  rooms: Rooms | null;
  seq: number;
  /** True once the hall has been away for five seconds. */
  lost: boolean;
  /** The server's milliseconds at which the page last knew that it was up to date. */
  heard: number;
  /** Why the hall refused the rooms, in a sentence. */
  refused: string | null;
}

type Hear = (name: string, news: News) => void;

/** The machine's own clock may step (no battery, a late NTP): elapsed time is taken from the one that only runs. */
const running = () => performance.now();
let offset = Date.now() - running();
const beat = ref(Date.now());

/** The hall's time as a value that Vue follows: one timer for all who look. */
export const time = readonly(beat);
window.setInterval(() => (beat.value = now()), 500);

/** The hall's own time in milliseconds, whatever this machine's clock says. */
export function now(): number {
  return running() + offset;
}

export function setNow(instant: string | number | undefined): void {
  const at = typeof instant === "string" ? Date.parse(instant) : instant;
  if (at) offset = at - running();
  beat.value = now();
}

/**
 * Watches rooms for the life of the page. The same code serves first paint, live change and the return from an outage.
 * `hear` is told each event once, after it was merged; it is for sound and motion only.
 */
export function watch<Rooms extends object>(
  names: string[],
  hear: Hear = () => {},
  auth: Record<string, string> = {},
): Live<Rooms> {
  const live = reactive({ rooms: null, seq: 0, lost: false, heard: 0, refused: null }) as Live<Rooms>;
  if (stateAsked()) play(live, hear);
  else listen(live, names, hear, auth);
  return readonly(live) as Live<Rooms>;
}

function listen<Rooms extends object>(
  live: Live<Rooms>,
  names: string[],
  hear: Hear,
  auth: Record<string, string>,
): void {
  const mine = token();
  const socket: Socket = io({
    auth: mine ? Object.assign({ token: mine }, auth) : auth,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 3000,
    randomizationFactor: 0.5,
  });
  let gone: number | undefined;
  const early: [string, News][] = []; // events that overtake the answer to `watch`
  let answered = false;

  const lose = () => {
    answered = false;
    if (gone === undefined) gone = window.setTimeout(() => (live.lost = true), LOST_AFTER);
  };
  const find = () => {
    window.clearTimeout(gone);
    gone = undefined;
    live.lost = false;
    live.heard = now();
  };
  const take = (name: string, news: News) => {
    if (news.seq && news.seq <= live.seq) return;
    if (news.seq) live.seq = news.seq;
    // what has just arrived cannot be of later than now: a machine that slept learns so how late it is
    if (answered && Date.parse(news.at) > now()) setNow(news.at);
    live.heard = now();
    const rooms = live.rooms as Record<string, Record<string, unknown>> | null;
    if (rooms) for (const room of Object.keys(rooms)) merge(rooms[room], news);
    hear(name, news);
  };
  const ask = () => {
    const sent = running();
    const body = live.seq ? { rooms: names, after: live.seq } : { rooms: names };
    socket.timeout(ASK_AGAIN).emit("watch", body, (late: Error | null, answer: WatchAnswer) => {
      if (late) return void (socket.connected && ask());
      if (answer.error) {
        live.refused = answer.error.detail;
        return find();
      }
      live.refused = null;
      const known = live.seq;
      if (answer.snapshot && Object.keys(answer.snapshot).length) {
        live.rooms = answer.snapshot as unknown as Rooms;
        live.seq = answer.seq;
        const first = answer.snapshot[names[0]] as { hall?: { now?: string } } | undefined;
        if (first && first.hall && first.hall.now) setNow(Date.parse(first.hall.now) + (running() - sent) / 2);
      }
      // what was missed stands in the snapshot already; it is told for sound and motion, once
      (answer.events ?? []).forEach((news) => (news.seq ?? 0) > known && hear(news.event, news));
      if (answer.seq > live.seq) live.seq = answer.seq;
      answered = true;
      find();
      early.splice(0).forEach(([name, news]) => take(name, news));
    });
  };

  socket.on("connect", ask);
  socket.on("disconnect", (reason: string) => {
    lose();
    // a server that ends in good order says goodbye, and the library takes that for good: the hall will be back
    if (reason === "io server disconnect") window.setTimeout(() => socket.connect(), 500);
  });
  socket.on("connect_error", (error: Error & { data?: { detail?: string } }) => {
    if (!error.data || !error.data.detail) return lose();
    live.refused = error.data.detail; // the hall is there and said no: a track that leads nowhere, a session that has ended
    find();
    window.setTimeout(() => socket.connect(), REFUSED_AGAIN);
  });
  socket.onAny((name: string, news: News) => (answered ? take(name, news) : early.push([name, news])));
  lose(); // a page that never reaches the hall says so too
}

onAnother(() => setNow(Date.now()));

/** Plays a sample state instead of a hall: the page cannot tell the difference. */
function play<Rooms extends object>(live: Live<Rooms>, hear: Hear): void {
  void sample().then((state) => {
    if (!state || !state.rooms) return;
    setNow(state.now);
    live.rooms = JSON.parse(JSON.stringify(state.rooms)) as Rooms;
    live.seq = state.seq ?? 1000;
    live.heard = now() - (state.lost ? 95_000 : 0);
    live.lost = Boolean(state.lost);
    live.refused = state.refused ?? null;
    (state.then ?? []).forEach((step, index) =>
      window.setTimeout(() => {
        const news = Object.assign({ seq: live.seq + index + 1, at: new Date(now()).toISOString() }, step.news) as News;
        const rooms = live.rooms as unknown as Record<string, Record<string, unknown>>;
        for (const room of Object.keys(rooms)) merge(rooms[room], news);
        hear(step.name, news);
      }, step.after),
    );
  });
}
