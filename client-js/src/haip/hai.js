// The handshake: what either end says of itself, and what follows from it.

import { officialTerms, openTerms } from './ledger.js';
import { TYPES, VERSION, isCredit } from './words.js';

const MAJOR = 1;

/**
 * What the peer said of itself.
 *
 * @typedef {object} Peer
 * @property {Set<string> | null} events that it takes; null: all
 * @property {boolean} binary whether it takes binary frames
 * @property {boolean} replays whether it sends again what is missing
 * @property {'official' | 'seed' | 'none'} dialect of flow control
 * @property {import('./ledger.js').Terms} terms what may be sent to it on each channel
 */

/** @typedef {{dialect: 'official' | 'seed', adaptive: boolean, binary: boolean}} Speaks */

/**
 * @param {Speaks} speaks
 * @param {import('./options.js').HaipLimits} limits
 * @param {string | undefined} last number that came, if the session is to go on
 */
export function introduce({ dialect, adaptive, binary }, limits, last) {
  const { initialCredits, initialCreditMessages, initialCreditBytes } = limits;
  const flow = {
    initial_credit_messages: initialCreditMessages,
    initial_credit_bytes: initialCreditBytes,
  };
  return {
    haip_version: VERSION,
    accept_major: [MAJOR],
    accept_events: TYPES,
    capabilities: {
      binary_frames: binary,
      flow_control: dialect === 'official' ? flow : undefined,
    },
    flow_control: { enabled: true, initial_credits: initialCredits, adaptive },
    last_rx_seq: last,
  };
}

/** @param {any} payload of a HAI */
export function isCompatible({ accept_major: majors }) {
  return !Array.isArray(majors) || majors.includes(MAJOR);
}

/**
 * @param {any} payload of its HAI
 * @param {Speaks} speaks
 * @param {import('./options.js').HaipLimits} limits
 * @returns {Peer}
 */
export function meet({ accept_events, capabilities, flow_control: seed }, speaks, limits) {
  const events = Array.isArray(accept_events) ? new Set(accept_events) : null;
  const official = speaks.dialect === 'official' && capabilities?.flow_control;
  const isSeed = seed && seed.enabled !== false;
  const flows = (!events || events.has('FLOW_UPDATE')) && (official || isSeed);
  const binary = capabilities?.binary_frames === true && speaks.binary;
  const replays = !events || events.has('REPLAY_REQUEST');
  const peer = { events, binary, replays };
  if (!flows) return { ...peer, dialect: 'none', terms: openTerms() };
  if (!official) return { ...peer, dialect: 'seed', terms: seedTerms(limits) };
  const { initial_credit_messages: messages, initial_credit_bytes: bytes } = official;
  const open = openTerms();
  const terms = officialTerms(
    isCredit(messages) ? messages : open.messages,
    isCredit(bytes) ? bytes : open.units,
  );
  return { ...peer, dialect: 'official', terms };
}

/**
 * @param {import('./options.js').HaipLimits} limits
 * @returns {import('./ledger.js').Terms} ours: the window is
 */
export function seedTerms({ initialCredits, minCredits, maxCredits, creditThreshold, calmMs }) {
  return {
    ...openTerms(),
    dialect: 'seed',
    units: Math.min(initialCredits, maxCredits),
    window: maxCredits,
    least: minCredits,
    low: initialCredits * creditThreshold,
    againMs: calmMs,
  };
}
