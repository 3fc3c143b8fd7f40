// One conversation: the microphone up, the agent's voice down, and what the shop tells of it.

const WAITS_MS = [1000, 2500]; // before a new try where the shop does not answer

// What is wrong with the microphone, as a code that the page has words for.
export class NoMicrophone extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class VoiceLine {
  // `tell(message)` gets every message of the shop but sound; `loudness(value)` the
  // microphone's, 0 to 1; `lost()` is called once where the line breaks.
  constructor({ tell, loudness, lost }) {
    this.tell = tell;
    this.loudness = loudness;
    this.lost = lost;
    this.ready = false;
    this.over = false;
  }

  // Resolves when the microphone is open and the shop is being asked. Throws `NoMicrophone`.
  async start({ open }) {
    if (!window.isSecureContext) throw new NoMicrophone("insecure");
    if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) {
      throw new NoMicrophone("unable");
    }
    this.context = new AudioContext({ latencyHint: "interactive" });
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      this.release();
      throw new NoMicrophone(error.name);
    }
    try {
      await this.connectSound(open);
    } catch {
      this.release();
      throw new NoMicrophone("unable");
    }
    this.connect(0);
  }

  async connectSound(open) {
    const { context } = this;
    await context.resume();
    await Promise.all(
      ["microphone_worklet.js", "speaker_worklet.js"].map((name) =>
        context.audioWorklet.addModule(new URL(name, import.meta.url)),
      ),
    );
    this.microphone = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    this.speaker = new AudioWorkletNode(context, "speaker", { numberOfInputs: 0, outputChannelCount: [1] });
    this.microphone.port.onmessage = (event) => this.heard(event.data);
    this.speaker.port.onmessage = (event) => this.send({ event: "played", chunk_num: event.data.played });
    context.createMediaStreamSource(this.stream).connect(this.microphone);
    this.speaker.connect(context.destination);
    this.listen(open);
    this.stream.getAudioTracks()[0].onended = () => this.breakOff();
  }

  // Opens or closes the microphone; a closed one sends silence.
  listen(open) {
    this.microphone?.port.postMessage({ open });
  }

  connect(tries) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/voice`);
    this.socket = socket;
    socket.onmessage = (event) => this.take(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.over || this.socket !== socket) return;
      if (this.ready || this.refused || tries >= WAITS_MS.length) this.breakOff();
      else setTimeout(() => this.over || this.connect(tries + 1), WAITS_MS[tries]);
    };
  }

  take(message) {
    switch (message.event) {
      case "audio":
        this.speaker.port.postMessage({ sound: samples(message.audio), chunk: message.chunk_num });
        return;
      case "clear":
        this.speaker.port.postMessage({ clear: true });
        break;
      case "ready":
        this.ready = true;
        break;
      case "error":
        this.refused = !this.ready;
        break;
      case "ended":
        this.finish();
        break;
      default:
    }
    this.tell(message);
  }

  heard({ pcm, loudness }) {
    this.loudness(loudness);
    if (this.ready) this.send({ event: "audio", audio: base64(new Uint8Array(pcm)) });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  // The customer hangs up. The shop answers with `ended`; without an answer the line is cut.
  hangUp() {
    if (this.over) return;
    this.send({ event: "stop" });
    if (this.socket?.readyState === WebSocket.OPEN) setTimeout(() => this.breakOff(), 4000);
    else this.breakOff();
  }

  breakOff() {
    if (this.over) return;
    this.finish();
    this.lost();
  }

  finish() {
    this.over = true;
    this.release();
    this.socket?.close();
  }

  release() {
    this.stream?.getTracks().forEach((track) => { track.onended = null; track.stop(); });
    if (this.context && this.context.state !== "closed") this.context.close();
  }
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

// PCM16, little-endian, as samples from -1 to 1.
function samples(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, place) => view.getInt16(place * 2, true) / 32768);
}
