// What a client is given: checked, and filled up with defaults.

/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';

const MIB = 1 << 20;

export const DEFAULTS = Object.freeze({
  connectMs: 10_000,
  tokenMs: 10_000,
  silenceMs: 25_000,
  pongMs: 10_000,
  answerMs: 30_000,
  returnMs: 60_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  stableMs: 5_000,
  maxAttempts: Infinity,
  queueMessages: 1_000,
  queueBytes: MIB,
  inFlightMessages: 64,
  inFlightBytes: MIB / 4,
  socketBytes: MIB,
  requests: 256,
  inquiries: 16,
  publishBytes: MIB,
  messageBytes: 4 * MIB,
  bufferMessages: 10_000,
  repeatMs: 240_000,
  storeMs: 1_000,
});

const BOTH = ['websocket', 'stream'];
const PATIENCE = new Map([
  ['websocket', Infinity],
  ['stream', -Infinity],
  [String(BOTH), 2],
]);

/** @returns {T.Clock} */
export function systemClock() {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (task, ms) => setTimeout(task, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

/** @param {unknown} error */
export function reportError(error) {
  if (typeof globalThis.reportError === 'function') return globalThis.reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

/** @param {string | {href: string}} url */
export function socketUrl(url) {
  try {
    const full = new URL(typeof url === 'string' ? url : url.href, globalThis.location?.href);
    full.protocol = full.protocol.replace('http', 'ws');
    full.hash = '';
    if (/^wss?:$/.test(full.protocol)) return full.href;
  } catch {
    // As with any other that leads nowhere.
  }
  throw new SluiceError('invalid_option', 'The address must begin with ws:, wss:, http: or https:');
}

/**
 * How many more WebSockets must fail before the stream is tried: any number where there is to be
 * none, none where there is to be nothing else.
 *
 * @param {unknown} transports
 */
export function patienceOf(transports = BOTH) {
  const patience = PATIENCE.get(String(transports));
  if (patience) return patience;
  throw new SluiceError('invalid_option', `transports: ${[...PATIENCE.keys()].join(' or ')}`);
}

/**
 * @template {Record<string, number>} L
 * @param {Record<string, any>} options
 * @param {L} defaults
 * @returns {L}
 */
export function limitsOf(options, defaults) {
  /** @type {Record<string, number>} */
  const limits = { ...defaults };
  for (const name of Object.keys(defaults)) {
    const value = options[name] ?? limits[name];
    if (!(typeof value === 'number' && value >= 1)) {
      throw new SluiceError('invalid_option', `${name} must be a number from 1`);
    }
    limits[name] = value;
  }
  return /** @type {L} */ (limits);
}
