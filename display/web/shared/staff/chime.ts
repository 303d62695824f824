// Two soft tones for the ear of somebody who looks elsewhere: somebody has come, or somebody wrote.
import { stateAsked } from "../sample";

export function chime(): void {
  const Box = window.AudioContext;
  if (!Box || stateAsked()) return;
  const box = new Box();
  [660, 880].forEach((pitch, index) => {
    const tone = box.createOscillator();
    const loud = box.createGain();
    const start = box.currentTime + index * 0.16;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, start);
    loud.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(loud).connect(box.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
  window.setTimeout(() => void box.close(), 800);
}
