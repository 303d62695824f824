// Makes a call impossible to miss: tones, vibration, a title that changes, a notification when the page is out of sight.
import { stateAsked } from "../shared/sample";

const BUZZ = [500, 200, 500, 200, 900];
const ROUND = 2600;

export class Alarm {
  private box: AudioContext | null = null;
  private timer: number | undefined;
  private title = "";
  private armed = false; // a page in the background loses its lock: it is taken again on return
  private readonly dark: (may: boolean) => void;

  /** `dark` hears whether the screen may go dark by itself: a call is then heard only as long as the phone plays sounds. */
  constructor(dark: (may: boolean) => void = () => undefined) {
    this.dark = dark;
  }

  /** From a touch only: browsers let a page sound, buzz and stay awake after one. */
  arm(): void {
    const Box =
      window.AudioContext || (window as unknown as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext;
    if (Box && !this.box) this.box = new Box();
    if (this.box) {
      void this.box.resume();
      this.tone(880, 0, 0.12); // so that the person hears how it will sound
    }
    this.buzz([80]);
    if ("Notification" in window && Notification.permission === "default")
      Notification.requestPermission(() => undefined);
    this.stayAwake();
    if (!this.armed) document.addEventListener("visibilitychange", () => document.hidden || this.stayAwake());
    this.armed = true;
  }

  ring(number: string, where: string): void {
    this.stop();
    if (stateAsked()) return;
    this.title = document.title;
    let odd = false;
    const round = () => {
      odd = !odd;
      document.title = odd ? `🔔 ${number} → ${where}` : `${where} ← ${number}`;
      this.buzz(BUZZ);
      [0, 0.28, 0.56].forEach((at, index) => this.tone(index === 2 ? 1175 : 880, at, 0.24));
    };
    round();
    this.timer = window.setInterval(round, ROUND);
    if (document.hidden) this.notify(number, where);
  }

  stop(): void {
    if (this.timer === undefined) return;
    window.clearInterval(this.timer);
    this.timer = undefined;
    document.title = this.title;
    this.buzz([]);
  }

  private tone(pitch: number, after: number, length: number): void {
    if (!this.box) return;
    const start = this.box.currentTime + after;
    const sound = this.box.createOscillator();
    const loud = this.box.createGain();
    sound.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, start);
    loud.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + length);
    sound.connect(loud);
    loud.connect(this.box.destination);
    sound.start(start);
    sound.stop(start + length);
  }

  private buzz(pattern: number[]): void {
    if (navigator.vibrate) navigator.vibrate(pattern);
  }

  private stayAwake(): void {
    const lock = (navigator as unknown as { wakeLock?: { request(kind: string): Promise<unknown> } }).wakeLock;
    if (!lock) return this.dark(true); // an old browser, or plain http
    lock.request("screen").then(
      () => this.dark(false),
      () => this.dark(!document.hidden), // one in the background gets it when it is seen again
    );
  }

  private notify(number: string, where: string): void {
    if (!("Notification" in window) || Notification.permission !== "granted" || !navigator.serviceWorker) return;
    void navigator.serviceWorker
      .getRegistration()
      .then(
        (registration) => registration && registration.showNotification(`${number} → ${where}`, { tag: "hall-call" }),
      );
  }
}
