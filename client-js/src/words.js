// Nexus as the client reads and writes it: what fields must be, and what users get of them.

/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';

/** After these a subscription is tried again; after other errors it ends. */
export const PASSING = new Set([
  'busy',
  'broker_unavailable',
  'channel_full',
  'channel_limit',
  'internal',
  'memory_limit',
  'rate_limited',
  'shutting_down',
]);

/** What a subscription is credited with that says nothing of credits. */
const CREDITS = { messages: 1024, bytes: 1 << 20 };

/** A name, or a pattern: `*` for a segment, `>` for all that follow. */
const SUBJECT = /^(?=.{1,128}$)(([\w:-]*|\*)\.)*([\w:-]*|[*>])$/;

/** @param {unknown} text */
export function isSubject(text) {
  return typeof text === 'string' && SUBJECT.test(text);
}

/** @param {unknown} text */
function isChannel(text) {
  return isSubject(text) && !/[*>]/.test(/** @type {string} */ (text));
}

/** @param {unknown} channel @param {(text: unknown) => boolean} [fits] */
export function checkChannel(channel, fits = isChannel) {
  if (fits(channel)) return;
  throw new SluiceError('invalid_channel', `No channel: ${String(channel).slice(0, 128)}`);
}

/** @param {T.Filter | T.Filter[] | undefined} filters @returns {(T.Filter | undefined)[]} */
export function filtersOf(filters) {
  const list = Array.isArray(filters) ? filters : [filters];
  const fine = list.every((one) => typeof one === 'object' && one && !Array.isArray(one));
  if (filters === undefined) return [undefined];
  // A copy: what is asked again later is what was asked first.
  if (fine && list.length) return JSON.parse(JSON.stringify(list));
  throw new SluiceError('invalid_filter', 'filters must be objects');
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
    throw new SluiceError('invalid_payload', 'It is nothing in JSON: send null', { channel });
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
  const fed = !m?.feed || (isPosition(m) && isPosition(m.feed) && isSubject(m.pattern));
  return known && 'data' in m && isCount(m.offset) && isChannel(m.channel) && fed;
}

/** @param {any} n */
function isCount(n) {
  return Number.isSafeInteger(n) && n >= 0;
}

/**
 * Reads a message of the server, as far as this client relies on it.
 *
 * @param {any} data
 * @returns {any} an object with a `type`
 * @throws {SluiceError} `bad_message`
 */
export function parse(data) {
  let cause;
  try {
    const message = JSON.parse(data);
    if (typeof message?.type === 'string' && isWhole(message)) return message;
  } catch (error) {
    cause = error;
  }
  throw new SluiceError('bad_message', 'The server sent what is no message', { cause });
}

/** @param {any} m @returns {boolean} */
function isWhole(m) {
  const { channel, firstOffset: first, lastOffset: last } = m;
  switch (m.type) {
    case 'message':
    case 'broadcast':
      return isPublication(m);
    case 'held':
    case 'released':
      return isSubject(channel);
    case 'subscribed':
    case 'published':
    case 'position':
      return isPosition(m) && isSubject(channel);
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
  const { channel, from, data, timestamp, offset, epoch, feed, pattern } = m;
  const broadcast = m.type === 'broadcast';
  const own = broadcast ? { channel } : { channel, from };
  const message = { ...own, data, timestamp, offset, broadcast };
  return feed ? { ...message, epoch, feed: { ...feed }, pattern } : message;
}

/** @param {any} m @returns {T.Presence} */
export function presenceOf({ channel, users, total }) {
  return { channel, users, total };
}
