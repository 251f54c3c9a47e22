// The framed form, as docs/protocols/visionflow.md says: a header of 16 bytes, and what may stand
// behind it.

import { RAW_WIDTH, refused, writeRaw } from './nodes.js';

export const HEADER = 16;

export const NODE_UPDATE = 0x01;
export const VOICE_FRAME = 0x02;
export const SSSP_UPDATE = 0x03;
export const SETTINGS_UPDATE = 0x10;
export const AGENT_STATUS = 0x11;
export const ERROR = 0x12;
export const PING = 0x20;
export const PONG = 0x21;
export const CLOSE = 0x22;

/** The priority of each type, 0 low to 3 critical; undefined: no type. */
const PRIORITIES = priorities();

const GZIP = 1;
const MEANINGLESS = 0xf8;

/** What a payload may inflate to: so many bytes, so many times its size, but 4 KiB always. */
export const INFLATE = { bytes: 4 << 20, ratio: 100 };
const FREE_BYTES = 4096;
const MAX_REASON = 123;

function priorities() {
  /** @type {(number | undefined)[]} */
  const all = new Array(256).fill(undefined);
  for (const type of [VOICE_FRAME, PING, PONG, CLOSE]) all[type] = 3;
  for (const type of [NODE_UPDATE, SSSP_UPDATE, ERROR]) all[type] = 2;
  for (const type of [SETTINGS_UPDATE, AGENT_STATUS]) all[type] = 1;
  return all;
}

/** What stands in front of a framed message; one is used again for the next. */
export class FrameHeader {
  type = 0;
  gzip = false;
  priority = 0;
  /** Of the payload as it came. */
  length = 0;
  /** Milliseconds since 1970; exact up to 2^53. */
  timestamp = 0;

  /** Reads it, and checks it against the message. @param {DataView} view of the whole message */
  read(view) {
    const { byteLength } = view;
    if (byteLength < HEADER) throw refused('invalid_length', `${byteLength} bytes are no frame`);
    const type = view.getUint8(0);
    if (PRIORITIES[type] === undefined) throw refused('unknown_type', `No type of frame: ${type}`);
    const flags = view.getUint8(1);
    if (flags & MEANINGLESS || view.getUint16(2, true)) {
      throw refused('invalid_header', 'Only bits 0 to 2 of the flags have a meaning');
    }
    const length = view.getUint32(4, true);
    if (length !== byteLength - HEADER) {
      throw refused('invalid_length', `${length} bytes announced, ${byteLength - HEADER} came`);
    }
    this.type = type;
    this.gzip = (flags & GZIP) !== 0;
    this.priority = flags >> 1;
    this.length = length;
    this.timestamp = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
  }
}

/**
 * Reads the payload of a frame that is not compressed, nodes into the columns.
 *
 * @param {number} type
 * @param {DataView} view
 * @param {number} from where the payload begins
 * @param {import('./nodes.js').NodeReader} reader
 * @param {import('./nodes.js').NodeColumns} into
 * @returns what it says; of nodes the columns
 */
export function readPayload(type, view, from, reader, into) {
  const length = view.byteLength - from;
  switch (type) {
    case NODE_UPDATE:
      reader.rows(view, from, view.byteLength, into);
      return into;
    case SSSP_UPDATE:
      reader.paths(view, from, view.byteLength, into);
      return into;
    case VOICE_FRAME: {
      if (length < 4) throw refused('invalid_length', 'A VOICE_FRAME names speaker and sequence');
      const sequence = view.getUint16(from + 2, true);
      return { speaker: view.getUint16(from, true), sequence, opus: bytesOf(view, from + 4) };
    }
    case PING:
    case PONG:
      if (length !== 8) throw refused('invalid_length', 'PING and PONG have 8 bytes');
      return { value: view.getBigUint64(from, true) };
    case CLOSE:
      if (length < 2 || length > 2 + MAX_REASON) {
        throw refused('invalid_length', `CLOSE has a code and at most ${MAX_REASON} bytes`);
      }
      return { code: view.getUint16(from, true), reason: textOf(view, from + 2) };
    default:
      return { json: objectOf(textOf(view, from)) };
  }
}

/** @param {DataView} view @param {number} from */
function bytesOf(view, from) {
  return new Uint8Array(view.buffer, view.byteOffset + from, view.byteLength - from);
}

/** @param {DataView} view @param {number} from */
function textOf(view, from) {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytesOf(view, from));
  } catch {
    throw refused('invalid_encoding', 'The text is not UTF-8');
  }
}

/** @param {string} text @returns {Record<string, unknown>} */
function objectOf(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value && !Array.isArray(value)) return value;
  throw refused('invalid_json', 'The payload is not one JSON object');
}

/**
 * Inflates the payload of a frame that is marked as gzip.
 *
 * @param {DataView} view of the whole message
 * @param {{bytes: number, ratio: number}} [limit]
 * @returns {Promise<DataView>} of the payload alone
 */
export async function inflate(view, { bytes, ratio } = INFLATE) {
  const packed = bytesOf(view, HEADER);
  const most = Math.min(bytes, Math.max(FREE_BYTES, ratio * packed.length));
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw refused('invalid_gzip', 'The payload is not one whole gzip member');
    });
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw refused('too_large', `The payload inflates beyond ${most} bytes`);
    }
  }
  // The member's last word is its size. Not every engine minds what stands behind a member.
  if (view.getUint32(view.byteLength - 4, true) !== length) {
    throw refused('invalid_gzip', 'The payload is not one whole gzip member');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new DataView(whole.buffer);
}

/**
 * Writes the header of a payload that is not compressed, with the priority of its type.
 *
 * @param {DataView} into
 * @param {number} type
 * @param {number} length of the payload
 * @param {number} timestamp milliseconds since 1970
 */
export function writeHeader(into, type, length, timestamp) {
  into.setUint8(0, type);
  into.setUint8(1, /** @type {number} */ (PRIORITIES[type]) << 1);
  into.setUint16(2, 0, true);
  into.setUint32(4, length, true);
  into.setUint32(8, timestamp % 2 ** 32, true);
  into.setUint32(12, Math.floor(timestamp / 2 ** 32), true);
}

/** How many bytes a NODE_UPDATE of so many nodes takes. @param {number} count */
export function nodesSize(count) {
  return HEADER + count * RAW_WIDTH;
}

/**
 * Writes a NODE_UPDATE.
 *
 * @param {import('./nodes.js').NodeColumns} columns
 * @param {number} timestamp milliseconds since 1970
 * @param {DataView} into
 * @param {ArrayLike<number>} [rows] that are written; all, if left out
 * @returns {number} how many bytes it has
 */
export function writeNodes(columns, timestamp, into, rows) {
  const count = rows ? rows.length : columns.count;
  writeHeader(into, NODE_UPDATE, count * RAW_WIDTH, timestamp);
  return writeRaw(columns, into, HEADER, rows);
}

/**
 * A VOICE_FRAME.
 *
 * @param {number} speaker what a client writes here means nothing
 * @param {number} sequence 0 to 65,535, and then 0 again
 * @param {Uint8Array} opus one packet
 * @param {number} timestamp milliseconds since 1970
 */
export function voiceFrame(speaker, sequence, opus, timestamp) {
  const view = frame(VOICE_FRAME, 4 + opus.length, timestamp);
  view.setUint16(HEADER, speaker, true);
  view.setUint16(HEADER + 2, sequence, true);
  bytesOf(view, HEADER + 4).set(opus);
  return bytesOf(view, 0);
}

/**
 * A PING, or the PONG with the value of a PING.
 *
 * @param {number} type @param {bigint} value of 64 bits @param {number} timestamp
 */
export function pingFrame(type, value, timestamp) {
  const view = frame(type, 8, timestamp);
  view.setBigUint64(HEADER, value, true);
  return bytesOf(view, 0);
}

/** @param {number} type @param {number} length @param {number} timestamp */
function frame(type, length, timestamp) {
  const view = new DataView(new ArrayBuffer(HEADER + length));
  writeHeader(view, type, length, timestamp);
  return view;
}
