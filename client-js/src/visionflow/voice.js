/** @import * as V from './types.js' */
import { SluiceError } from '../errors.js';
import { VOICE_FRAME, voiceFrame } from './frames.js';
import { FrameEars, LINK_NUMBERS, Link } from './link.js';
import { NodeColumns, NodeReader } from './nodes.js';

const WORD = 2;
const SEQUENCES = 2 ** 16;
const VOICE_NUMBERS = Object.freeze({ ...LINK_NUMBERS, packetBytes: 4_000 });

/** Speaks and listens in a room. What is said are packets of Opus, which are not looked into. */
export class VoiceClient {
  /** Our number in the room; null while there is no connection. @type {number | null} */
  speaker = null;
  /** Who else is there: names by numbers. @type {Map<number, string>} */
  speakers = new Map();
  #link;
  #frames;
  #sequence = 0;

  /**
   * Connects to nothing yet; see `connect`.
   *
   * @param {string | {href: string}} url of the WebSocket; in a page also a path such as
   *   `/ws/voice`
   * @param {V.VoiceOptions} [options]
   * @throws {SluiceError} `invalid_option`
   */
  constructor(url, options = {}) {
    const { room = 'default', form = 'raw' } = options;
    const isFramed = form === 'framed';
    if (!isFramed && form !== 'raw') {
      throw new SluiceError('invalid_option', 'form: raw or framed');
    }
    const frames = new FrameEars(new NodeReader(), new NodeColumns(1), (said, type) =>
      type === VOICE_FRAME ? this.#packet(said) : this.#link.framed(said, type),
    );
    this.#frames = isFramed ? frames : null;
    const protocol = isFramed ? 'visionflow.framed' : '';
    this.#link = new Link(url, { room }, protocol, options, VOICE_NUMBERS, {
      greeting: 'room',
      text: (message) => this.#hear(message),
      binary: (view) => this.#read(view),
      broken: () => {
        this.speaker = null;
        this.speakers.clear();
      },
    });
  }

  /** Where the connection stands. */
  get state() {
    return this.#link.line.state;
  }

  /**
   * Calls a listener at each event from now on.
   *
   * @template {keyof V.VoiceEvents} K
   * @param {K} event
   * @param {(...args: V.VoiceEvents[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    return this.#link.events.on(event, listener);
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof V.VoiceEvents} K
   * @param {K} event
   * @param {(...args: V.VoiceEvents[K]) => unknown} listener
   */
  off(event, listener) {
    this.#link.events.off(event, listener);
  }

  /**
   * Enters the room, and stays in it until `close`.
   *
   * @returns {Promise<V.Room>} when we are in it; rejected once the state is `refused`, `failed` or
   *   `closed`
   */
  connect() {
    return this.#link.connect();
  }

  /** Leaves. @returns {Promise<void>} when the socket is closed too */
  close() {
    return this.#link.line.close();
  }

  /**
   * Says something to the others. What cannot go at once is worth nothing later, and is dropped:
   * the sequence goes on, so that they know.
   *
   * @param {Uint8Array} packet of Opus, 1 to `packetBytes` bytes
   * @returns {boolean} whether it went
   * @throws {SluiceError} `invalid_length`
   */
  speak(packet) {
    const { limits, line, clock } = this.#link;
    if (packet.length < 1 || packet.length > limits.packetBytes) {
      throw new SluiceError('invalid_length', `Packets have 1 to ${limits.packetBytes} bytes`);
    }
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) % SEQUENCES;
    if (!line.isOpen() || line.buffered() > limits.socketBytes) return false;
    if (this.#frames) line.send(voiceFrame(0, sequence, packet, clock.wall()));
    else line.send(rawPacket(sequence, packet));
    return true;
  }

  /** What has been carried, since there is this client. @returns {V.WireFigures} */
  figures() {
    return this.#link.figures.read();
  }

  /** @param {DataView} view */
  #read(view) {
    if (this.#frames) return this.#frames.read(view);
    if (view.byteLength <= 2 * WORD) {
      throw new SluiceError('invalid_length', 'A packet names speaker and sequence');
    }
    const [speaker, sequence] = [view.getUint16(0, true), view.getUint16(WORD, true)];
    this.#packet({ speaker, sequence, opus: new Uint8Array(view.buffer, 2 * WORD) });
  }

  /** @param {any} said */
  #packet({ speaker, sequence, opus }) {
    this.#link.events.emit('packet', { speaker, sequence, bytes: opus });
  }

  /** @param {any} message */
  #hear({ type, speaker, speakers, name, room }) {
    const { events } = this.#link;
    if (type === 'room') {
      if (!isSpeaker(speaker) || !speakers?.every?.(isPerson)) throw badRoom();
      this.speaker = speaker;
      this.speakers.clear();
      for (const one of speakers) this.speakers.set(one.speaker, one.name);
      this.#link.stand({ room, speaker, speakers: this.speakers });
    } else if (type === 'join') {
      if (!isPerson({ speaker, name })) throw badRoom();
      this.speakers.set(speaker, name);
      events.emit('join', { speaker, name });
    } else if (type === 'leave') {
      const left = this.speakers.get(speaker);
      if (this.speakers.delete(speaker)) events.emit('leave', { speaker, name: left });
    }
  }
}

/** @param {unknown} speaker */
function isSpeaker(speaker) {
  return Number.isInteger(speaker) && Number(speaker) > 0 && Number(speaker) < SEQUENCES;
}

/** @param {any} one */
function isPerson(one) {
  return isSpeaker(one?.speaker) && typeof one.name === 'string';
}

function badRoom() {
  return new SluiceError('bad_message', 'The server sent a room that is none');
}

/** @param {number} sequence @param {Uint8Array} packet */
function rawPacket(sequence, packet) {
  const bytes = new Uint8Array(WORD + packet.length);
  new DataView(bytes.buffer).setUint16(0, sequence, true);
  bytes.set(packet, WORD);
  return bytes;
}
