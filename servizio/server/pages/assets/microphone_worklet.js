// The microphone's sound as 16 kHz, 16 bits: low-passed first, so that nothing folds back.
"use strict";

const HEARS_HZ = 16000;
const FRAME = 640; // samples in a message: 40 ms
const PHASES = 64;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ratio = sampleRate / HEARS_HZ;
    this.half = Math.ceil(12 * Math.max(1, this.ratio));
    this.table = filters(this.half, this.ratio);
    this.input = new Float32Array(this.half * 2 + 4096);
    this.filled = this.half; // begins in silence
    this.position = this.half;
    this.frame = new Int16Array(FRAME);
    this.count = 0;
    this.loudness = 0;
    this.open = true;
    this.port.onmessage = (event) => { this.open = event.data.open; };
  }

  process(inputs) {
    const sound = inputs[0][0];
    if (sound) this.take(sound);
    return true;
  }

  take(sound) {
    if (this.filled + sound.length > this.input.length) this.forget();
    // A closed microphone sends silence: a turn ends in it.
    if (this.open) this.input.set(sound, this.filled);
    else this.input.fill(0, this.filled, this.filled + sound.length);
    this.filled += sound.length;
    while (this.position + this.half < this.filled) {
      this.give(this.sample());
      this.position += this.ratio;
    }
  }

  forget() {
    const from = Math.floor(this.position) - this.half;
    this.input.copyWithin(0, from, this.filled);
    this.filled -= from;
    this.position -= from;
  }

  sample() {
    const whole = Math.floor(this.position);
    const filter = this.table[Math.floor((this.position - whole) * PHASES)];
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap += 1) {
      sum += filter[tap] * this.input[whole - this.half + 1 + tap];
    }
    return sum;
  }

  give(value) {
    const limited = Math.max(-1, Math.min(1, value));
    this.loudness = Math.max(this.loudness, Math.abs(limited));
    this.frame[this.count] = Math.round(limited * 32767);
    this.count += 1;
    if (this.count < FRAME) return;
    const pcm = this.frame.buffer;
    this.port.postMessage({ pcm, loudness: this.loudness }, [pcm]);
    this.frame = new Int16Array(FRAME);
    this.count = 0;
    this.loudness = 0;
  }
}

// A windowed sinc for each place of an output sample between two input samples.
function filters(half, ratio) {
  const cutoff = 0.92 / Math.max(1, ratio);
  return Array.from({ length: PHASES }, (_, phase) => {
    const filter = new Float32Array(half * 2);
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap += 1) {
      const away = tap - half + 1 - phase / PHASES;
      const angle = Math.PI * away * cutoff;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * away) / (half + 1));
      filter[tap] = sinc * hann;
      sum += filter[tap];
    }
    return filter.map((value) => value / sum);
  });
}

registerProcessor("microphone", Microphone);
