// The bounds of HAIP's client by their names, with their defaults.

import { SluiceError } from '../errors.js';
import { DEFAULTS, limitsOf } from '../options.js';

const NUMBERS = Object.freeze({
  ...DEFAULTS,
  sendBytes: DEFAULTS.publishBytes,
  namedChannels: 16,
  initialCreditMessages: 32,
  initialCreditBytes: 256 << 10,
  mostMessages: 1_000,
  mostBytes: 1 << 20,
  leastBytes: 16 << 10,
  initialCredits: 1_000,
  minCredits: 100,
  maxCredits: 10_000,
  overdraft: 64 << 10,
  gapMs: 500,
  aheadMessages: 256,
  aheadBytes: 256 << 10,
  untracked: 1e12,
  keepMessages: 1_000,
  keepBytes: 1 << 20,
  keepMs: 300_000,
  unhandledBytes: 256 << 10,
  unhandledMessages: 512,
  bufferBytes: DEFAULTS.messageBytes,
  slowMs: 500,
  calmMs: 1_000,
  starvingMs: 200,
  adaptMs: 5_000,
  openMessages: 256,
  messageMs: 60_000,
  openRuns: 256,
  openCalls: 256,
  mistakes: 10,
  mistakesMs: 60_000,
});

/** Parts of one. */
const PARTS = Object.freeze({ backPressureThreshold: 0.8, creditThreshold: 0.2 });

/** @typedef {typeof NUMBERS & typeof PARTS} HaipLimits */

/** @param {Record<string, any>} options @returns {HaipLimits} */
export function haipLimitsOf(options) {
  const limits = { ...limitsOf(options, NUMBERS), ...PARTS };
  for (const name of /** @type {(keyof typeof PARTS)[]} */ (Object.keys(PARTS))) {
    const value = options[name] ?? PARTS[name];
    if (!(typeof value === 'number' && value > 0 && value <= 1)) {
      throw new SluiceError('invalid_option', `${name} must be a number above 0 and up to 1`);
    }
    Object.assign(limits, { [name]: value });
  }
  return limits;
}
