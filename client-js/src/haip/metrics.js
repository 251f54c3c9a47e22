// How a channel stands, as a program sees it.

/** @param {number} amount with which nobody counts to its end */
export const endless = (amount) => (amount >= Number.MAX_SAFE_INTEGER ? Infinity : amount);

/** @param {{messages: number, units: number} | null | undefined} credit */
function creditOf(credit) {
  const { messages = Infinity, units = Infinity } = credit ?? {};
  return { messages: endless(messages), units: endless(units) };
}

/**
 * @param {import('./channel.js').Channel} channel
 * @param {number} now
 * @returns {import('./types.js').Metrics}
 */
export function metricsOf(channel, now) {
  const { sending, receiving, pressure } = channel;
  return {
    messagesSent: channel.sent,
    messagesQueued: channel.queued,
    averageLatency: channel.averageLatency,
    backPressureEvents: channel.pressureEvents,
    messagesReceived: channel.received,
    pending: channel.pending,
    credit: creditOf(sending),
    granted: creditOf(receiving),
    window: creditOf(receiving?.window),
    unhandled: { messages: pressure.messages, bytes: pressure.bytes },
    pressure: pressure.level(now),
    paused: sending.paused,
  };
}
