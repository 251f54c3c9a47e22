// The public names of the VisionFlow clients. graph.js and voice.js are where to start reading;
// link.js is what they do with their line, scene.js what is known of a graph, rows.js where its
// nodes stand, nodes.js and frames.js are the bytes.

export { GraphClient } from './graph.js';
export { Edges, Scene } from './scene.js';
export { VoiceClient } from './voice.js';
export { AGENT, KNOWLEDGE, PLAIN } from './nodes.js';
export { SluiceError } from '../errors.js';
export * from './types.js';
