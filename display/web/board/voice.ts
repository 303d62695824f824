// Speaks one call at a time through <audio>, with the files that the server made. It words nothing, and the screen never waits for it.
import { ref } from "vue";
import type { Call, Language } from "../shared/wire";

/** A sound is given up this long after it should have ended, or begun: the next person must be called. */
const GRACE = 2000;

/** Between two times of the same call. */
const BREATH = 500;

const pause = (milliseconds: number) => new Promise((resolve) => window.setTimeout(resolve, milliseconds));

/** True while the browser refuses to play before somebody has touched the screen. */
export const muffled = ref(false);
/** True from a sound that never ended until one does: what plays sounds on this machine is stuck. */
export const stuck = ref(false);

export interface How {
  languages: Language[];
  /** 0 silent to 1 full. */
  volume: number;
  /** How often each call is spoken. */
  times: number;
}

export class Voice {
  private readonly player = new Audio();
  private cut: () => void = () => {};

  constructor() {
    document.addEventListener("pointerdown", () => (muffled.value = false));
  }

  /** Speaks a call; resolves when it has ended, failed or was cut off. Only one sounds at a time: the one before it is cut off. */
  async say(call: Call, how: How): Promise<void> {
    this.cut();
    let over = false;
    this.cut = () => {
      over = true;
      this.player.pause();
      this.player.dispatchEvent(new Event("ended"));
    };
    for (let time = 0; time < how.times && !over; time += 1)
      for (const language of how.languages) {
        const url = call.audio && call.audio[language];
        if (url && how.volume > 0 && !over) {
          if (time) await pause(BREATH);
          await this.play(url, how.volume);
          if (stuck.value) return; // shown all the same; the next call tries again
        }
      }
  }

  private play(url: string, volume: number): Promise<void> {
    return new Promise((resolve) => {
      const player = this.player;
      let late = 0;
      const end = () => {
        window.clearTimeout(late);
        player.onended = player.onerror = player.onloadedmetadata = null;
        resolve();
      };
      const within = (milliseconds: number) => {
        window.clearTimeout(late);
        late = window.setTimeout(() => {
          stuck.value = true;
          player.pause();
          end();
        }, milliseconds + GRACE);
      };
      within(GRACE);
      player.onloadedmetadata = () => within(isFinite(player.duration) ? player.duration * 1000 : GRACE);
      player.onerror = end;
      player.onended = () => {
        stuck.value = false;
        end();
      };
      player.volume = volume;
      player.src = url;
      const started = player.play();
      if (started)
        started.catch((error: Error) => {
          if (error.name === "NotAllowedError") muffled.value = true;
          end();
        });
    });
  }
}
