// The public names. client.js is where to start reading: it lists what the server may say and what
// a user may ask. line.js is the connection, stream.js one over HTTP, feed.js one channel;
// README.md shows the use.

export { Client } from './client.js';
export { SluiceError } from './errors.js';
export { utf8Length } from './parts.js';
export { Subscription } from './subscription.js';
export * from './types.js';
