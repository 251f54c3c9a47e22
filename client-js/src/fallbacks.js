// What goes where no WebSocket gets through: a file of its own, loaded when it is needed.

export { Sse } from './haip/sse.js';
export { Stream } from './stream.js';
