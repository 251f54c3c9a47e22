// HAIP as the client reads and writes it: types of messages, envelopes, what they cost.

import { SluiceError } from '../errors.js';
import { utf8Length } from '../parts.js';

/** The highest version that is spoken here. */
export const VERSION = '1.1.2';

/** What stays between the two ends of a line. */
const CONTROLS = setOf(
  'HAI PING PONG ERROR FLOW_UPDATE PAUSE_CHANNEL RESUME_CHANNEL REPLAY_REQUEST',
);

/** What neither credit nor pause holds up. */
const URGENT = setOf('TOOL_CANCEL RUN_CANCEL RUN_ERROR TRANSACTION_END');

/** What costs as much as what it carries. */
const MEDIA = setOf('AUDIO_CHUNK AUDIO FILE_CHUNK VIDEO_FRAME');

/** What is said in its turn, and costs what it is long. */
const PLAIN = setOf(
  'RUN_STARTED RUN_FINISHED MESSAGE_START MESSAGE_PART MESSAGE_END TOOL_CALL TOOL_UPDATE ' +
    'TOOL_DONE TOOL_LIST TOOL_SCHEMA FILE_START FILE_END TRANSACTION_START TRANSACTION_JOIN ' +
    'MESSAGE MESSAGE_UPDATE INFO',
);

/** Every type that is taken. */
export const TYPES = [...CONTROLS, ...URGENT, ...MEDIA, ...PLAIN];

const KNOWN = new Set(TYPES);
const MEMBERS = setOf(
  'id session transaction seq ack ts channel type payload pv crit bin_len bin_mime run_id ' +
    'thread_id related_id',
);
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const NAME = /^[\w-]{1,80}$/;
const NUMBER = /^\d{1,20}$/;
const LARGEST = 2n ** 64n;
const LONGEST_ID = 128;
const STANDING = setOf('USER AGENT SYSTEM AUDIO_IN AUDIO_OUT');
/** So many bytes at once, for they become arguments. */
const PIECE = 1 << 13;
/** Beyond it a message could never be told to the ledgers of the other end. */
export const MOST_CREDIT = 2 ** 31 - 1;

/** @param {string} words @returns {Set<string>} */
function setOf(words) {
  return new Set(words.split(' '));
}

/**
 * A message of the peer.
 *
 * @typedef {object} Envelope
 * @property {string} id
 * @property {string} session
 * @property {bigint | null} seq null: it counts by no number
 * @property {bigint | null} ack
 * @property {string} ts
 * @property {string} channel
 * @property {string} type
 * @property {any} payload
 * @property {string} [run_id]
 * @property {string} [thread_id]
 * @property {string} [transaction]
 * @property {string} [related_id]
 * @property {number} [bin_len]
 * @property {string} [bin_mime]
 * @property {Uint8Array} [binary] what came behind it
 * @property {string} text as it came
 */

/**
 * What is wrong with a message of the peer, as it is told.
 *
 * @typedef {{code: string, message: string, related_id?: string, detail?: object}} Fault
 */

/** @param {string} type */
export const isControl = (type) => CONTROLS.has(type);

/** @param {string} type */
export const isExempt = (type) => CONTROLS.has(type) || URGENT.has(type);

/** @param {unknown} text */
export const isUuid = (text) => typeof text === 'string' && UUID.test(text);

/** @param {string} name */
export const isStanding = (name) => STANDING.has(name);

/** @param {unknown} name */
export const isName = (name) => typeof name === 'string' && NAME.test(name);

/** @param {string} channel */
export function checkName(channel) {
  if (isName(channel)) return;
  throw new SluiceError('invalid_channel', `No channel: ${String(channel).slice(0, 128)}`);
}

/** @param {unknown} text @returns {bigint | null} */
export function numberOf(text) {
  if (typeof text !== 'string' || !NUMBER.test(text)) return null;
  const number = BigInt(text);
  return number < LARGEST ? number : null;
}

/** @param {unknown} credits @returns {boolean} whether it may be granted or asked for */
export function isCredit(credits) {
  return Number.isInteger(credits) && Number(credits) >= 1 && Number(credits) <= MOST_CREDIT;
}

/**
 * Takes a message of the peer apart.
 *
 * @param {string} text
 * @returns {{message: Envelope, fault: Fault | null}} what it is as far as that can be said, and
 *   what is wrong with it
 */
export function read(text) {
  let all;
  try {
    all = JSON.parse(text);
  } catch {
    all = null;
  }
  if (typeof all !== 'object' || Array.isArray(all)) all = null;
  const { id, session, type, channel } = all ?? {};
  const old = typeof type === 'string' && type.startsWith('TEXT_MESSAGE_');
  const message = {
    ...(all ?? {}),
    seq: numberOf(all?.seq),
    ack: numberOf(all?.ack),
    type: old ? type.slice(5) : type,
    text,
  };
  const fault = all ? judge(message) : violation('The message is not one JSON object');
  if (fault && isUuid(id)) fault.related_id = id;
  return { message: /** @type {Envelope} */ ({ ...message, session, channel }), fault };
}

/** @param {any} m @returns {Fault | null} */
function judge(m) {
  const { id, type, channel, payload, bin_len: length = null, crit, pv } = m;
  if (!isUuid(id)) return violation('id must be a UUID');
  if (typeof type !== 'string') return violation('type must be a string');
  const strange = Object.keys(m).some((name) => name !== 'text' && !MEMBERS.has(name));
  if (!KNOWN.has(type) || (crit === true && strange)) {
    return { code: 'UNSUPPORTED_TYPE', message: `This is not taken: ${type.slice(0, 64)}` };
  }
  if (!isName(channel)) return violation('channel must be a name', { reason: 'CHANNEL' });
  const isObject = typeof payload === 'object' && payload && !Array.isArray(payload);
  if (!isObject && !(type === 'MESSAGE' && typeof payload === 'string')) {
    return violation('payload must be an object');
  }
  if (length !== null && !(Number.isSafeInteger(length) && length >= 0 && isObject)) {
    return badBinary('bin_len must be a whole number');
  }
  const carried = [m.run_id, m.thread_id, m.transaction, m.related_id];
  const fine = carried.every((one) => one == null || isShort(one));
  if (pv != null && !(Number.isInteger(pv) && pv >= 0 && pv < 256)) {
    return violation('pv must be a whole number from 0 to 255');
  }
  return fine ? null : violation('run_id, thread_id, transaction and related_id are short strings');
}

/** @param {unknown} text */
const isShort = (text) => typeof text === 'string' && text.length <= LONGEST_ID;

/** @param {string} message @param {object} [detail] @returns {Fault} */
export const violation = (message, detail) => ({ code: 'PROTOCOL_VIOLATION', message, detail });

/** @param {string} message @returns {Fault} */
export const badBinary = (message) => violation(message, { reason: 'BINARY_FRAME_ERROR' });

/** @returns {Fault} */
export const tooMany = () => violation('There are too many channels', { reason: 'CHANNEL' });

/** @param {any} payload @returns {SluiceError} */
export function errorOf(payload) {
  const { code = 'internal', message = code } = payload ?? {};
  return new SluiceError(String(code), String(message), { cause: payload });
}

/**
 * What a message costs on its channel, at least 1.
 *
 * @param {boolean} isSeed in UTF-16 units of its payload; else in bytes
 * @param {{type: string, payload: any, json?: string, binary?: Uint8Array}} message
 * @param {string} text as it goes or came
 * @param {boolean} isFramed whether what is binary is a frame of its own
 */
export function costOf(isSeed, { type, payload, json, binary }, text, isFramed) {
  const behind = isFramed && binary ? binary.length : 0;
  if (isSeed) return Math.max((json && !binary ? json.length : payloadLength(text)) + behind, 1);
  if (!MEDIA.has(type)) return utf8Length(text) + behind;
  if (binary) return Math.max(binary.length, 1);
  const { data } = payload;
  if (typeof data !== 'string') return utf8Length(text);
  return Math.max(Math.floor((data.replace(/=+$/, '').length * 3) / 4), 1);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** How long the payload is as it was sent, not as it would be printed. @param {string} text */
function payloadLength(text) {
  let depth = 0;
  let length = 0;
  let from = -1;
  let name = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (from >= 0 && depth === 1 && (token === ',' || closes)) {
      length = text.slice(from, index).trim().length;
      from = -1;
    }
    if (token === '{' || token === '[') depth++;
    else if (closes) depth--;
    else if (depth === 1 && token === ':' && JSON.parse(name) === 'payload') from = index + 1;
    else if (token.length > 1 && from < 0) name = token;
  }
  return length;
}

/** @param {() => number} random @returns {string} a UUID */
export function uuid(random) {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

/** From 0 to 1, which nobody guesses. */
export function secret() {
  const [bits = 0] = crypto.getRandomValues(new Uint32Array(1));
  return bits / 2 ** 32;
}

/** @param {Uint8Array} bytes @returns {string} in base64 */
export function encode(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) {
    text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  }
  return btoa(text);
}

/** @param {unknown} base64 @returns {Uint8Array | null} */
export function decode(base64) {
  try {
    return Uint8Array.from(atob(String(base64)), (unit) => unit.charCodeAt(0));
  } catch {
    return null;
  }
}
