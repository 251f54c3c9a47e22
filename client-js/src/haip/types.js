// The shapes of the HAIP client's arguments and results. Nothing here runs.

/** @import {Clock, Fetch, SocketConstructor, State, StateDetail} from '../types.js' */

/**
 * How to connect, and every bound of the client. All times are milliseconds; what bounds
 * connections and waiting means what it does in `ClientOptions`.
 *
 * @typedef {object} HaipOptions
 * @property {string | (() => string | Promise<string>)} [token] the JWT, or what fetches one before
 *   each connection
 * @property {'official' | 'seed'} [dialect] `official` speaks both, as the server does; `seed` only
 *   that of the founding document
 * @property {'websocket' | 'sse'} [transport] how to connect (`websocket`)
 * @property {string} [author] of messages (`user`)
 * @property {boolean} [adaptiveAdjustment] whether windows follow how fast the program is (true)
 * @property {number} [initialCreditMessages] official: so many may come on a channel before they
 *   are handled (32)
 * @property {number} [initialCreditBytes] official: bytes of them (256 KiB)
 * @property {number} [mostMessages] official: the window grows no further (1,000)
 * @property {number} [mostBytes] official: nor in bytes (1 MiB)
 * @property {number} [leastBytes] official: nor does it shrink below (16 KiB)
 * @property {number} [initialCredits] seed: what a channel begins to send with (1,000)
 * @property {number} [minCredits] seed: a reduction leaves so much (100)
 * @property {number} [maxCredits] seed: no balance is greater (10,000)
 * @property {number} [creditThreshold] seed: below this part of `initialCredits` more is asked for
 *   (0.2)
 * @property {number} [overdraft] seed: so far the server may go below nothing (64 KiB)
 * @property {number} [backPressureThreshold] the level at which the server is asked to wait, until
 *   it is below half of that (0.8)
 * @property {number} [unhandledBytes] what came and is not handled on a channel: at so much the
 *   level is 1 (256 KiB)
 * @property {number} [unhandledMessages] the same in messages (512)
 * @property {number} [slowMs] handling that takes so long for one message in twenty, too (500)
 * @property {number} [calmMs] for so long the level must have been low (1,000); also until
 *   a request for credit is repeated
 * @property {number} [starvingMs] credit that is less than a quarter of the window is granted after
 *   so long (200)
 * @property {number} [adaptMs] how often windows are adapted (5,000)
 * @property {number} [queueMessages] so many may wait on a channel (1,000); beyond it `queue_full`
 * @property {number} [queueBytes] bytes of them (1 MiB); beyond it `queue_full`
 * @property {number} [sendBytes] one message (1 MiB); beyond it `too_big`
 * @property {number} [messageBytes] characters of one message of the server (4 MiB); beyond it the
 *   connection is dropped
 * @property {number} [bufferMessages] what waits for the program in all channels (10,000); beyond
 *   it the connection is dropped, and what was not taken comes again
 * @property {number} [bufferBytes] bytes of it (4 MiB)
 * @property {number} [namedChannels] beside the five (16); beyond it `channel_limit`
 * @property {number} [gapMs] what is missing is asked for after so long (500)
 * @property {number} [aheadMessages] so many behind a gap are kept (256)
 * @property {number} [aheadBytes] bytes of them (256 KiB)
 * @property {number} [untracked] a first number from here on is a clock, and counts nothing (10^12)
 * @property {number} [keepMessages] so many of ours are kept until the server has them (1,000)
 * @property {number} [keepBytes] bytes of them (1 MiB)
 * @property {number} [keepMs] for so long (300,000)
 * @property {number} [openMessages] messages begun and not ended (256); the oldest are taken for
 *   ended
 * @property {number} [messageMs] one to which nothing was added for so long is, too, unless its run
 *   goes on (60,000)
 * @property {number} [openRuns] runs at once (256); the oldest are forgotten: `overflow`
 * @property {number} [openCalls] calls and known tools at once (256); the same
 * @property {number} [mistakes] of the server within `mistakesMs` (60,000); beyond it the
 *   connection is dropped (10)
 * @property {number} [mistakesMs]
 * @property {number} [connectMs]
 * @property {number} [tokenMs]
 * @property {number} [silenceMs]
 * @property {number} [pongMs]
 * @property {number} [answerMs]
 * @property {number} [retryMs]
 * @property {number} [retryMaxMs]
 * @property {number} [stableMs]
 * @property {number} [maxAttempts]
 * @property {number} [socketBytes]
 * @property {SocketConstructor} [WebSocket] what makes sockets, where there is no global one
 * @property {Fetch} [fetch] asks why an upgrade was refused, and streams (the global one)
 * @property {Clock} [clock] the time and timers (the global ones)
 * @property {() => number} [random] a number from 0 to 1 (the platform's secure one)
 * @property {(error: unknown) => void} [reportError] gets what listeners throw; else it is thrown
 *   again outside of the client, as an `EventTarget` does
 */

/**
 * @typedef {object} SendOptions
 * @property {string} [channel] (`USER`)
 * @property {string} [author]
 * @property {string} [runId]
 * @property {string} [threadId]
 */

/** @typedef {{id: string, channel: string}} Sent */

/**
 * Fulfilled when all of it went; until then `queued` says that it waits: for credit, for the end of
 * a pause, for a connection.
 *
 * @typedef {Promise<Sent> & {id: string, queued: boolean}} Sending
 */

/**
 * @typedef {SendOptions & {mime?: string, messageId?: string, durationMs?: number}} AudioOptions
 */

/**
 * @typedef {object} Audio
 * @property {string} channel
 * @property {string} messageId
 * @property {string} [mime]
 * @property {Uint8Array} data
 * @property {number} [durationMs]
 */

/**
 * @typedef {object} Session
 * @property {string} id
 * @property {boolean} resumed whether it went on where the line broke
 * @property {string | null} previous the session that is lost, if one is
 * @property {number} uncertain how many messages of it the server may have had or not
 */

/** @typedef {{status: string, summary?: string}} RunEnd */
/** @typedef {{status: string, result?: any}} CallEnd */
/** @typedef {{status: string, progress?: number, partial?: any}} CallUpdate */
/** @typedef {{name: string, description?: string, schema?: any}} Tool */

/**
 * What is used of an `AbortSignal`, which not every project has the types of.
 *
 * @typedef {{aborted: boolean, reason: any,
 *   addEventListener(event: 'abort', listener: () => void): void}} Signal
 */

/**
 * @typedef {object} Metrics
 * @property {number} messagesSent
 * @property {number} messagesQueued how many had to wait before they went
 * @property {number} averageLatency how long until one went, in milliseconds
 * @property {number} backPressureEvents how often the server said that it cannot keep up
 * @property {number} messagesReceived
 * @property {number} pending how many wait now
 * @property {{messages: number, units: number}} credit what may still be sent; Infinity: any number
 * @property {{messages: number, units: number}} granted what the server may still send
 * @property {{messages: number, units: number}} window what it may send before anything is handled
 * @property {{messages: number, bytes: number}} unhandled
 * @property {number} pressure how hard it is for the program to keep up; at 1 a bound is reached
 * @property {boolean} paused
 */

/**
 * Listeners may return a promise: what came counts as handled, and is paid for, when it settles.
 *
 * @typedef {object} HaipEvents
 * @property {[state: State, detail: StateDetail]} state
 * @property {[error: import('../errors.js').SluiceError]} error a connection that broke, an ERROR
 *   of the server (then `cause` is its payload), a mistake of the server
 * @property {[session: Session]} session at each connection
 * @property {[gap: {from: string, to: string}]} gap messages of these numbers are lost
 * @property {[message: import('./talk.js').TextMessage]} message one begins
 * @property {[text: {messageId: string, channel: string, text: string}]} text a part of one
 * @property {[audio: Audio]} audio
 * @property {[run: import('./talk.js').Run]} run one begins
 * @property {[run: import('./talk.js').Run]} cancel the server asks for the end of a run of ours
 * @property {[call: import('./talk.js').ToolCall]} call of a tool
 * @property {[tools: Tool[]]} tools what the agent has
 * @property {[envelope: any]} event every message, of whatever type, as it came
 * @property {[channel: string, credits: number]} flow the server granted, or took back
 * @property {[channel: string, level: number, queue: number]} pressure the server cannot keep up
 */

export {};
