// The shapes of the client's arguments and results. Nothing here runs.

/**
 * How to connect, and every bound of the client. All times are milliseconds.
 *
 * @typedef {object} ClientOptions
 * @property {string | (() => string | Promise<string>)} [token] the JWT, or what fetches one: asked
 *   before each connection, and for `refresh` when 80 % of the token's time is over
 * @property {number} [connectMs] from opening a socket to `connected`; also for the probe (10,000)
 * @property {number} [tokenMs] for one answer of the token callback (10,000)
 * @property {number} [silenceMs] after so long without a message a ping is sent (25,000)
 * @property {number} [pongMs] after so long without anything after the ping the line is dropped
 *   (10,000)
 * @property {number} [answerMs] for the answer to a request; then `timeout`, and for a `subscribe`
 *   a new connection (30,000)
 * @property {number} [retryMs] the first delay between two connections, doubled each time (1,000);
 *   all delays vary by ±10 %
 * @property {number} [retryMaxMs] the longest of them (30,000)
 * @property {number} [stableMs] a connection that stood so long makes the delays begin anew (5,000)
 * @property {number} [maxAttempts] so many failures in a row lead to `failed` (Infinity)
 * @property {number} [queueMessages] publications that wait: offline, for receipts or for slow
 *   readers (1,000); beyond it `queue_full`
 * @property {number} [queueBytes] bytes of them (1 MiB); beyond it `queue_full`
 * @property {number} [inFlightMessages] publications without receipt; more wait (64, as many as a
 *   server lets wait for slow readers of one channel)
 * @property {number} [inFlightBytes] bytes of them; more wait, but one alone always goes (256 KiB)
 * @property {number} [socketBytes] while the socket holds more than this, publications wait (1 MiB)
 * @property {number} [requests] requests without answer (256); beyond it `queue_full`
 * @property {number} [inquiries] `history` and `presence` asked at once (16); more wait
 * @property {number} [publishBytes] one publication as it is sent (1 MiB); beyond it `too_big`
 * @property {number} [messageBytes] characters of one message of the server (4 MiB); beyond it the
 *   connection is dropped
 * @property {number} [bufferMessages] messages of a subscription without credit that wait for its
 *   reader (10,000); beyond it the subscription ends with `overflow`
 * @property {number} [repeatMs] a publication sent longer ago than this is not repeated on a new
 *   connection but rejected with `uncertain`: the server may have forgotten its idempotency key
 *   (240,000)
 * @property {number} [storeMs] positions are stored this long after they changed (1,000)
 * @property {Storage} [storage] where positions are kept, such as `localStorage`
 * @property {('websocket' | 'stream')[]} [transports] what to connect by (both): HTTP streaming
 *   where WebSockets fail twice in a row though HTTP works, until one stands again; or one alone
 * @property {number} [returnMs] how often a WebSocket is tried while the stream goes on (60,000)
 * @property {SocketConstructor} [WebSocket] what makes sockets, where there is no global one
 * @property {Fetch} [fetch] asks why an upgrade was refused, and streams (the global one)
 * @property {Clock} [clock] the time and timers (the global ones)
 * @property {() => number} [random] a number from 0 to 1 (`Math.random`)
 * @property {(error: unknown) => void} [reportError] gets what listeners throw; else it is thrown
 *   again outside of the client, as an `EventTarget` does
 */

/**
 * A place of a channel's log, or of the feed behind a pattern.
 *
 * @typedef {object} Position
 * @property {string} epoch changes only if the channel's count begins anew
 * @property {number} offset of the last publication that was consumed, 0 to 2^53−1
 */

/**
 * How much the server may send before the reader has consumed: whole numbers from 1.
 *
 * @typedef {object} Credits
 * @property {number} [messages] how many; left out: any number
 * @property {number} [bytes] of their JSON in UTF-8; left out: any number
 */

/**
 * Fields of the data and the value they must have, or an array of which they may have any.
 *
 * @typedef {Record<string, Scalar | Scalar[]>} Filter
 */

/** @typedef {string | number | boolean | null} Scalar */

/**
 * @typedef {object} SubscribeOptions
 * @property {Filter | Filter[]} [filters] what to get; of several a message must pass one
 * @property {Credits | null} [credits] the credit that is kept up (1,024 messages, 1 MiB); null:
 *   none, then only the socket limits the server
 * @property {Position} [since] where to go on; before it counts what `storage` has
 * @property {boolean} [recoverable] go on after a broken line where it broke (true)
 * @property {boolean} [presence] tell who is subscribed, who joins and who leaves (false)
 * @property {'lossless' | 'latest' | 'drop-oldest' | 'disconnect'} [policy] what happens when it
 *   cannot take more (as the channel is configured); refused with `policy_not_allowed`
 * @property {string} [conflateBy] under `latest`: what counts as the same thing, a field of the
 *   data or `$key`, what it was published with
 * @property {boolean} [hold] slow the channel's publishers while it is slow (where the channel is
 *   configured to)
 */

/**
 * A publication.
 *
 * @template [T=any]
 * @typedef {object} Message
 * @property {string} channel
 * @property {string} [from] the user who published it; absent in the server's own
 * @property {T} data
 * @property {string} timestamp when it was appended, ISO 8601 in UTC
 * @property {number} offset its number in the channel
 * @property {boolean} broadcast whether it is the server's own
 * @property {string} [epoch] of its number; if it came by a pattern
 * @property {Position} [feed] its place in the feed, which `since` of a pattern takes
 * @property {string} [pattern] by which it came
 */

/**
 * @typedef {object} PublishOptions
 * @property {boolean} [ack] wait for the receipt (true); else only for the socket to take it
 * @property {string} [key] 1 to 128 characters
 * @property {string} [idempotencyKey] 1 to 128 characters; publishing it twice appends once. Left
 *   out, an acknowledged publication gets one
 */

/**
 * @typedef {object} Receipt
 * @property {string} channel
 * @property {string} epoch
 * @property {number} offset
 */

/**
 * @typedef {object} HistoryOptions
 * @property {Position} [since] the publications after it; left out: the newest
 * @property {number} [limit] 1 to 1,000 (100)
 */

/**
 * @template [T=any]
 * @typedef {object} History
 * @property {string} channel
 * @property {string} epoch
 * @property {number} offset of the newest publication of the channel
 * @property {boolean} recovered whether nothing is missing between `since` and the first one here
 * @property {boolean} more whether there are later ones that did not fit
 * @property {Message<T>[]} publications oldest first
 */

/**
 * @typedef {object} Presence
 * @property {string} channel
 * @property {{userId: string, connections: number}[]} users in order of joining, at most 1,000
 * @property {number} total all of them
 */

/** @typedef {{channel: string, userId: string, timestamp: string}} Movement */
/** @typedef {Position & {recovered: boolean, policy: string, holds: boolean}} Subscribed */
/** @typedef {Position & {conflated: number}} Moved */
/** @typedef {{channel: string, readers: number, bytes: number}} Held */
/** @typedef {{epoch: string, firstOffset: number, lastOffset: number, reason: string}} Gap */
/** @typedef {{previous: string, epoch: string, offset: number}} EpochChange */

/**
 * @typedef {object} Counters
 * @property {number} gaps how often publications were lost
 * @property {number} conflated publications left out for newer ones of the same key
 * @property {number} repeats messages that came twice, and were told once
 */

/** @typedef {{userId: string, connectionId: string, expiresAt: number | undefined}} Connected */

/**
 * - `idle`: `connect` was not called yet
 * - `connecting`, `connected`
 * - `waiting`: for the next attempt
 * - `closed`: by `close`
 * - `refused`: the server does not take the token or the page
 * - `failed`: after `maxAttempts`
 *
 * The last three are final.
 *
 * @typedef {'idle' | 'connecting' | 'connected' | 'waiting'
 *   | 'closed' | 'refused' | 'failed'} State
 */

/**
 * @typedef {object} StateDetail
 * @property {State} previous
 * @property {import('./index.js').SluiceError} [error] what led here
 * @property {number} [retryMs] in `waiting`: until the next attempt
 */

/**
 * @typedef {object} ClientEvents
 * @property {[state: State, detail: StateDetail]} state
 * @property {[error: import('./index.js').SluiceError]} error
 * @property {[held: Held]} held publications of this client wait for slow readers of the channel
 * @property {[released: {channel: string}]} released they wait no more; comes behind every `held`,
 *   at the latest when the line breaks
 */

/**
 * @template [T=any]
 * @typedef {object} SubscriptionEvents
 * @property {[message: Message<T>]} message a listener may return a promise: the message counts as
 *   consumed when it settles
 * @property {[subscribed: Subscribed]} subscribed at each connection
 * @property {[gap: Gap]} gap publications were lost
 * @property {[epoch: EpochChange]} epoch the channel's count began anew
 * @property {[position: Moved]} position nothing passed the filters up to here, or it was left out
 *   for newer ones of the same key: `conflated` of them
 * @property {[presence: Presence]} presence
 * @property {[movement: Movement]} join
 * @property {[movement: Movement]} leave
 * @property {[error: import('./index.js').SluiceError]} error the subscription ended, or is tried
 *   again
 * @property {[warning: import('./index.js').SluiceError]} warning it goes on, but not as it was:
 *   `hold_lost`
 */

/**
 * @typedef {{getItem(key: string): string | null,
 *   setItem(key: string, value: string): void}} Storage
 */

/**
 * What the client uses of a WebSocket.
 *
 * @typedef {object} Socket
 * @property {number} readyState
 * @property {number} bufferedAmount
 * @property {any} onopen
 * @property {any} onmessage
 * @property {any} onclose
 * @property {any} onerror
 * @property {(data: any) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {() => void} [terminate]
 */

/** @typedef {new (url: string, protocols: string[]) => Socket} SocketConstructor */

/**
 * @typedef {(url: string, init: any) => Promise<{status: number,
 *   headers: {get(name: string): string | null}, json(): Promise<any>, body?: any}>} Fetch
 */

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds that never go back
 * @property {() => number} wall milliseconds since 1970
 * @property {(task: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

export {};
