// Which call stands large, and for how long: until it was read and spoken. Pure: time comes in as an argument, nothing is drawn or played here.
import type { Call } from "../shared/wire";

/** Long enough to look up, find one's own number and read the window. */
export const READ = 7000;
/** While more than a few wait behind it, each still stands long enough to be read. */
const READ_IN_A_BURST = 4500;
const BURST = 3;
/** None of a burst of this size is lost. Beyond it the wall would speak of people who have long been served: those are left out. */
const MOST = 20;

export interface Shown {
  call: Call;
  since: number;
  spoken: boolean;
}

export class CallQueue {
  now: Shown | null = null;
  readonly waiting: Call[] = [];

  /** `stands` says whether a call's window still waits for its person. */
  constructor(private readonly stands: (call: Call) => boolean = () => true) {}

  /** A call or recall has come. A recall takes the place of an earlier call of the same number that was not spoken yet. */
  arrive(call: Call, at: number): void {
    const index = this.waiting.findIndex((other) => other.number === call.number);
    if (index >= 0) this.waiting[index] = call;
    else if (this.now && this.now.call.number === call.number) this.show(call, at);
    else this.waiting.push(call);
    if (this.waiting.length > MOST)
      this.waiting.splice(0, this.waiting.length, ...this.waiting.filter(this.stands).slice(-MOST));
    this.step(at);
  }

  /** The voice has ended, or there is none. */
  spoke(call: Call, at: number): void {
    if (this.now && this.now.call.seq === call.seq) this.now.spoken = true;
    this.step(at);
  }

  /** Takes the next call if the present one was read and spoken. True if another call is now shown. */
  step(at: number): boolean {
    if (!this.waiting.length) return false;
    const enough = this.waiting.length > BURST ? READ_IN_A_BURST : READ;
    if (this.now && (!this.now.spoken || at - this.now.since < enough)) return false;
    this.show(this.waiting.shift() as Call, at);
    return true;
  }

  private show(call: Call, at: number): void {
    this.now = { call, since: at, spoken: false };
  }
}
