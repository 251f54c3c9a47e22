// Nexus as the client reads and writes it: what fields must be, and what users get of them.

/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';

/** After these a subscription is tried again; after other errors it ends. */
export const PASSING = new Set([
  'busy',
  'broker_unavailable',
  'channel_limit',
  'internal',
  'memory_limit',
  'rate_limited',
  'shutting_down',
]);

/** What a subscription is credited with that says nothing of credits. */
const CREDITS = { messages: 1024, bytes: 1 << 20 };

/** @param {unknown} channel */
function isChannel(channel) {
  return typeof channel === 'string' && /^[\w.:*>-]{1,128}$/.test(channel);
}

/** @param {unknown} channel */
export function checkChannel(channel) {
  if (isChannel(channel)) return;
  throw new SluiceError('invalid_channel', `No channel: ${String(channel).slice(0, 128)}`);
}

/** @param {T.Filter | T.Filter[] | undefined} filters @returns {(T.Filter | undefined)[]} */
export function filtersOf(filters) {
  const list = Array.isArray(filters) ? filters : [filters];
  const fine = list.every((one) => typeof one === 'object' && one && !Array.isArray(one));
  if (filters === undefined) return [undefined];
  // A copy: what is asked again later is what was asked first.
  if (fine && list.length) return JSON.parse(JSON.stringify(list));
  throw new SluiceError('invalid_filter', 'filters must be an object, or several in an array');
}

/** @param {T.Credits | null | undefined} credits @returns {T.Credits | null} */
export function windowOf(credits) {
  if (credits === null) return null;
  const { messages, bytes } = credits ?? CREDITS;
  for (const amount of [messages, bytes]) {
    if (amount === undefined || (Number.isSafeInteger(amount) && amount > 0)) continue;
    throw new SluiceError('invalid_credit', 'credits must be whole numbers from 1');
  }
  return messages === undefined && bytes === undefined ? null : { messages, bytes };
}

/**
 * @param {object} head
 * @param {unknown} payload
 * @param {string} channel
 */
export function publishing(head, payload, channel) {
  let json;
  try {
    json = JSON.stringify(payload);
  } catch (cause) {
    throw new SluiceError('invalid_payload', 'JSON cannot write it', { cause, channel });
  }
  if (json === undefined) {
    throw new SluiceError('invalid_payload', 'It is nothing in JSON; send null', { channel });
  }
  return `${JSON.stringify(head).slice(0, -1)},"payload":${json}}`;
}

/** @param {any} p @returns {boolean} */
export function isPosition(p) {
  return !!p?.epoch && typeof p.epoch === 'string' && isCount(p.offset);
}

/** @param {any} m @returns {boolean} */
function isPublication(m) {
  const known = m?.type === 'broadcast' || typeof m?.from === 'string';
  return known && 'data' in m && isCount(m.offset) && isChannel(m.channel);
}

/** @param {any} n */
function isCount(n) {
  return Number.isSafeInteger(n) && n >= 0;
}

/**
 * Reads a message of the server, as far as this client relies on it.
 *
 * @param {unknown} data
 * @returns {any} an object with a `type`
 * @throws {SluiceError} `bad_message`
 */
export function parse(data) {
  if (typeof data !== 'string') throw garbage('a binary message');
  let message;
  try {
    message = JSON.parse(data);
  } catch (cause) {
    throw garbage('no JSON', cause);
  }
  const wrong = flaw(message);
  if (wrong) throw garbage(wrong);
  return message;
}

/** @param {string} what @param {unknown} [cause] */
function garbage(what, cause) {
  return new SluiceError('bad_message', `The server sent ${what}`, { cause });
}

/** @param {any} m @returns {string | undefined} what is wrong with a message of the server */
function flaw(m) {
  if (typeof m?.type !== 'string') return 'no object with a type';
  return isWhole(m) ? undefined : `half a ${m.type}`;
}

/** @param {any} m @returns {boolean} */
function isWhole(m) {
  const { channel, firstOffset: first, lastOffset: last } = m;
  switch (m.type) {
    case 'message':
    case 'broadcast':
      return isPublication(m);
    case 'subscribed':
    case 'published':
    case 'position':
      return isPosition(m) && isChannel(channel);
    case 'gap':
      return isPosition({ ...m, offset: last }) && isCount(first) && first <= last;
    case 'history':
      return isPosition(m) && Array.isArray(m.publications) && m.publications.every(isPublication);
    case 'presence':
      return Array.isArray(m.users) && m.users.every((/** @type {any} */ user) => user?.userId);
    default:
      return true;
  }
}

/** @param {any} m @returns {T.Message} */
export function messageOf(m) {
  const { channel, data, timestamp, offset } = m;
  const broadcast = m.type === 'broadcast';
  return broadcast
    ? { channel, data, timestamp, offset, broadcast }
    : { channel, from: m.from, data, timestamp, offset, broadcast };
}

/** @param {any} m @returns {T.Receipt} */
export function receiptOf({ channel, epoch, offset }) {
  return { channel, epoch, offset };
}

/** @param {any} m @returns {T.Presence} */
export function presenceOf({ channel, users, total }) {
  return { channel, users, total };
}
