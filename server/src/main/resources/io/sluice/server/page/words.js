// How numbers, times and troubles are said to a person.

const COUNT = new Intl.NumberFormat('en');

/** @param {number} n */
export function count(n) {
  return COUNT.format(n);
}

/** @param {number} ms */
export function time(ms) {
  if (ms < 10) return `${Math.max(ms, 0).toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return seconds(ms);
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** @param {{first: number, last: number}} range */
export function offsets({ first, last }) {
  return first === last ? `offset ${count(first)}` : `offsets ${count(first)}–${count(last)}`;
}

/** How fast a reader may be told to read, by the place of its slider. */
export const RATES = [0, 1, 2, 5, 10, 50, 200, Infinity];

/** @param {number} rate */
export function pace(rate) {
  if (rate === 0) return 'nothing';
  return rate === Infinity ? 'as fast as it comes' : `${rate} a second`;
}

/** @type {Record<string, string>} */
const WHY = {
  no_token: 'The server wants a token, and none came.',
  bad_token:
    'The server does not take this token: it is malformed or expired, or was signed by another key '
    + '(in development mode each start makes a new one).',
  bad_origin: 'This page’s address is not among the server’s allowed-origins.',
  bad_host: 'In development mode the page must be opened as localhost or 127.0.0.1.',
  expired: 'The token has expired.',
  forbidden: 'The token does not allow that.',
  invalid_channel: 'A channel has 1 to 128 of the characters A-Z a-z 0-9 _ . : -',
  policy_not_allowed: 'This channel does not offer that policy.',
  hold_lost: 'It did not move for so long that it slows the publisher no more.',
  queue_full: 'Too many publications wait for the line.',
  unknown_action: 'This server does not know that.',
};

/** @param {any} error @returns {string} what happened, with its code in brackets */
export function why(error) {
  const code = String(error?.code ?? 'error');
  return `${WHY[code] ?? String(error?.message ?? error)} (${code})`;
}
