// Plays the agent's voice in order, and says what has been played.
"use strict";

const SPEAKS_HZ = 24000;
const AHEAD = 0.1 * SPEAKS_HZ; // samples in hand before a speech begins: the network is uneven
const PATIENCE = 0.12; // seconds after which even less is played

class Speaker extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = SPEAKS_HZ / sampleRate;
    this.drop();
    this.port.onmessage = (event) => {
      if (event.data.clear) this.drop();
      else this.take(event.data);
    };
  }

  drop() {
    this.queue = []; // of { sound, chunk }
    this.inHand = 0;
    this.at = 0; // place in the first sound of the queue, with a fraction
    this.before = 0; // the sample before the present one
    this.playing = false;
    this.cameAt = 0;
  }

  take({ sound, chunk }) {
    if (!this.playing && this.queue.length === 0) this.cameAt = currentTime;
    this.queue.push({ sound, chunk });
    this.inHand += sound.length;
  }

  process(_inputs, outputs) {
    const [left, ...others] = outputs[0];
    if (!this.playing && this.queue.length > 0) {
      this.playing = this.inHand >= AHEAD || currentTime - this.cameAt > PATIENCE;
    }
    for (let place = 0; place < left.length; place += 1) left[place] = this.next();
    for (const channel of others) channel.set(left);
    return true;
  }

  next() {
    if (!this.playing) return 0;
    const first = this.queue[0];
    if (first === undefined) {
      this.playing = false;
      return 0;
    }
    const whole = Math.floor(this.at);
    const value = first.sound[whole];
    const fraction = this.at - whole;
    const previous = whole > 0 ? first.sound[whole - 1] : this.before;
    this.at += this.step;
    if (this.at >= first.sound.length) this.finish(first);
    return previous + (value - previous) * fraction;
  }

  finish(first) {
    this.before = first.sound[first.sound.length - 1];
    this.at -= first.sound.length;
    this.inHand -= first.sound.length;
    this.queue.shift();
    this.port.postMessage({ played: first.chunk });
  }
}

registerProcessor("speaker", Speaker);
