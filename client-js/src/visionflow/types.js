// The shapes of the VisionFlow clients' arguments and results. Nothing here runs.

/** @import {Clock, Fetch, SocketConstructor, State, StateDetail} from '../types.js' */
/** @import {SluiceError} from '../errors.js' */
/** @import {Scene} from './scene.js' */

/**
 * How to connect. All times are milliseconds; what bounds connections means what it does in
 * `ClientOptions`.
 *
 * @typedef {object} WireOptions
 * @property {string | (() => string | Promise<string>)} [token] the JWT, or what fetches one before
 *   each connection. The raw form has no subprotocol to put it beside: it goes in the address
 * @property {number} [pingMs] how often the way there and back is measured (1,000); Infinity: never
 * @property {number} [socketBytes] while the socket holds more than this, moves wait, and
 *   packets of voice are dropped (64 KiB)
 * @property {number} [messageBytes] one message of the server (4 MiB); beyond it the connection is
 *   dropped
 * @property {number} [connectMs]
 * @property {number} [tokenMs]
 * @property {number} [silenceMs]
 * @property {number} [pongMs]
 * @property {number} [retryMs]
 * @property {number} [retryMaxMs]
 * @property {number} [stableMs]
 * @property {number} [maxAttempts]
 * @property {SocketConstructor} [WebSocket] what makes sockets, where there is no global one
 * @property {Fetch} [fetch] asks why an upgrade was refused (the global one)
 * @property {Clock} [clock] the time and timers (the global ones)
 * @property {() => number} [random] a number from 0 to 1 (`Math.random`)
 * @property {(error: unknown) => void} [reportError] gets what listeners throw; else it is thrown
 *   again outside of the client, as an `EventTarget` does
 */

/**
 * @typedef {object} GraphPart
 * @property {string} [graph] its name (`default`)
 * @property {'v2' | 'raw' | 'framed'} [form] of the nodes (`v2`); the others know no number above
 *   16,383
 * @property {number} [interval] ask for at most one message in so many milliseconds, 0 to 60,000;
 *   left out, the server sends as often as it likes
 * @property {number} [nodes] so many may the graph have (100,000); beyond it `failed`: `graph_full`
 * @property {number} [edges] the same (400,000)
 * @property {number} [maxMoves] so many nodes wait to be moved (1,000); beyond it `move` is false
 * @property {number} [moveMs] so much is between two messages that move nodes (16)
 */

/** @typedef {WireOptions & GraphPart} GraphOptions */

/**
 * @typedef {object} RoomPart
 * @property {string} [room] its name (`default`)
 * @property {'raw' | 'framed'} [form] of the packets (`raw`)
 * @property {number} [packetBytes] the longest that is sent (4,000)
 */

/** @typedef {WireOptions & RoomPart} VoiceOptions */

/**
 * There and back, of the last hundred times, in milliseconds.
 *
 * @typedef {object} Latency
 * @property {number} last
 * @property {number} min
 * @property {number} avg
 * @property {number} max
 * @property {number} p95
 * @property {number} p99
 */

/**
 * @typedef {object} WireFigures
 * @property {number} messages that came
 * @property {number} bytes of them
 * @property {number} reconnects
 * @property {Latency | null} latency null before the first answer
 */

/**
 * @typedef {object} GraphPartFigures
 * @property {number} frames messages that had nodes in them
 * @property {number} nodes in them
 * @property {{sent: number, dropped: number, waiting: number}} moves
 * @property {number} waits how long the server has not answered the latest ping: 0 if it has
 */

/** @typedef {WireFigures & GraphPartFigures} GraphFigures */

/**
 * @typedef {object} GraphEvents
 * @property {[state: State, detail: StateDetail]} state
 * @property {[error: SluiceError]} error a connection that broke, an error of the server (then
 *   `cause` is its message), a message that is none
 * @property {[count: number, bytes: number]} nodes so many have come, and are in the scene
 * @property {[scene: Scene]} structure it is another now
 * @property {[interval: number]} interval the server has agreed on it
 * @property {[moves: number]} dropped so many nodes were to be moved when the line broke
 */

/** @typedef {{room: string, speaker: number, speakers: Map<number, string>}} Room */
/** @typedef {{speaker: number, sequence: number, bytes: Uint8Array}} Packet */

/**
 * @typedef {object} VoiceEvents
 * @property {[state: State, detail: StateDetail]} state
 * @property {[error: SluiceError]} error
 * @property {[packet: Packet]} packet somebody speaks
 * @property {[person: {speaker: number, name: string}]} join
 * @property {[person: {speaker: number, name: string}]} leave
 */

export {};
