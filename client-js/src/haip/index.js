// The public names of the HAIP client. client.js is where to start reading; conversation.js is the
// session, channel.js one channel, ledger.js its credit, talk.js what is said on it.

export { HaipClient } from './client.js';
export { Run, TextMessage, ToolCall } from './talk.js';
export { SluiceError } from '../errors.js';
export * from './types.js';
