/**
 * HAIP, people and agents: one end of a conversation, in both dialects and both roles.
 *
 * <p>Owner of everything mutable: the thread of the line; {@link io.sluice.protocol.haip.HaipCodec}
 * is shared by the conversations of one event loop. No clock, no thread, no chance: time is the
 * argument {@code now}, ids come from {@link io.sluice.protocol.haip.HaipIds}. Imported: {@code
 * model}, {@code protocol.json} and Netty's buffer. Start reading at {@link
 * io.sluice.protocol.haip.HaipConversation}; {@code Dealing} has one line per type.
 *
 * <pre>
 *  text, binary ► Inbound (pairs, order: Sequence) ► Dealing ┬ Intake (credit, tickets, pressure) ► message
 *                                                            ├ Valve  (FLOW_UPDATE, PAUSE, RESUME) ► grant, pause
 *                                                            └ Sent   (what the peer wants again)  ► replay
 *  head, sent ► Sent       send ► Queues ► Outbound ► say
 * </pre>
 *
 * <h2>A server's line</h2>
 *
 * <ol>
 *   <li>One conversation per line, made when it opens. Every frame goes to {@code text} or {@code
 *       binary}, by its opcode; a transport's pong to {@code alive}. After every call {@code
 *       dueNanos} says when {@code tick} must come, at the latest.
 *   <li>{@code hello} comes once, with reading stopped. Answer now or later: {@code adopt(session,
 *       kept)} or {@code turnAway}. {@code kept} is what {@code cut} gave for that session and that
 *       user, if {@code hello.resumes()}; without it a peer that wants to resume is told
 *       RESUME_FAILED by itself, and begins: under the name it gave, unless that is somebody else's
 *       by now. If {@code adopt} answers false, what the peer lacks is no longer kept: adopt again,
 *       with a new name and null. Two lines of a session: {@code cut} the old one, close it 1008,
 *       adopt with what it gave.
 *   <li>{@code cut} ends a conversation, whatever the reason. What it gives may be carried to
 *       another thread and kept for {@code haip.resume.age}; null: nothing need be kept.
 *   <li>The peer's credit meters the session's cursors: {@code hello.peer().official()} from the
 *       beginning on every channel in the official dialect, nothing before the first {@code grant}
 *       of a channel in the seed's, never in {@code NONE}. A publication costs {@code
 *       tail.cost(dialect, headSize)}.
 *   <li>A data frame is {@code head} + {@link io.sluice.protocol.haip.HaipTail}'s text (+ its
 *       binary frame, directly behind); tails are equal for all of one {@link
 *       io.sluice.protocol.haip.HaipGrammar}. Between {@code head} and its {@code sent} or {@code
 *       unsent}, which must come in the order of the heads, nothing else may be called but these:
 *       what is said in between would stand in the wrong place ({@code IllegalStateException}).
 *       Publications of the peer's own, and those {@code accepts(tail.type())} refuses, are {@code
 *       passed}. {@code head} changes with every call: the size is asked for directly before it.
 *   <li>{@code message} wants something published on {@code haip.<session>.<channel>}, with the
 *       session as {@code Draft.publisher}. Say {@code published} with its offset, or {@code
 *       refused}; then {@code handledThrough} when the agent is there, or {@code handled} at once
 *       if nobody listens. What is not handled holds back credit, and in the end the line. All may
 *       be said from inside the step. An unknown or answered ticket is ignored. If {@code auth} was
 *       called before with the same ticket, check it first.
 *   <li>{@code replay} wants frames again, in order, before anything newer of the same channel
 *       matters: {@code Said} as they are, {@code Published} from the log under {@code headAgain}.
 *       What the log has lost is told with {@code gap}. Then {@code replayed}.
 *   <li>{@code stopReading} and {@code readOn} come in turns. While reading is stopped the peer's
 *       silence is no sign of death.
 *   <li>{@code close} comes at most once, everything that is to be said before it was said.
 * </ol>
 *
 * <h2>A client's line</h2>
 *
 * <p>One conversation for all lines of a session: {@code begin} when a line is open, {@code cut}
 * when it is gone, {@code send} at any time. {@code hello} says that the session stands; {@code
 * hello.resumes()} false means that it is a new one: what was sent and not acknowledged in the old
 * one may be lost, what waited still waits. What is asked for again it sends by itself; {@code
 * replay}, {@code adopt} and {@code head} are the server's. Every {@code message} must be {@code
 * handled}.
 *
 * <h2>Choices</h2>
 *
 * <ul>
 *   <li>Of a FLOW_UPDATE, PAUSE, RESUME or REPLAY_REQUEST, a wrong payload is INVALID_PAYLOAD and
 *       never ends the line; a broken envelope, pair, name or number of channels is
 *       PROTOCOL_VIOLATION with {@code detail.reason}, eleven of which a minute do.
 *   <li>Whose HAI comes after the server had to say its own ({@code haip.hello}) begins anew, and
 *       is told RESUME_FAILED if it wanted to go on. By ruling 2 the server says one HAI, and by
 *       resolution 12 of the specification the session it names counts: it has named a new one, in
 *       which both ends have begun to number and to give credit, and a client that spoke first and
 *       was slow cannot tell that HAI from an answer. What it wanted is kept as long as it was: it
 *       may come again, and be quicker. Who wants to go on speaks first.
 *   <li>A PAUSE within ten seconds of our {@code back_pressure} is obedience; any other is a wish,
 *       which only the peer's RESUME ends.
 *   <li>A line is not left unread while it may bring what we wait for: in the official dialect, and
 *       while a channel is paused by the peer, metered by it, or has a queue. There credit bounds
 *       what comes; without credit BUSY does, at four times the bound.
 *   <li>Each {@code back_pressure} may be answered by one PAUSE that is obedience.
 *   <li>Of PING, FLOW_UPDATE, PAUSE, RESUME and REPLAY_REQUEST {@code haip.order.controls} a second
 *       are answered one by one. Of those beyond, the newest PING, request for credit, toggle of
 *       each channel and replay are answered when the second is over; credit given is added up.
 *   <li>Of what was sent {@code haip.resume.messages} may be asked for again, whosever messages lie
 *       between them in the logs.
 *   <li>The founding document's client sends all that it has queued for each grant. What it owes is
 *       paid as it is handled, and from half of {@code haip.seed.overdraft} on its line is not read
 *       while something is unhandled: in the model 24,000 units may wait so, and none is refused.
 *       Beyond the overdraft a message is. It is granted up to twice the window if it began with
 *       more than a thousand: a larger message of a peer that holds it back until it has all of its
 *       size waits for ever, as ruling 8 is not kept.
 *   <li>A client that is pressed by {@code back_pressure} waits a second, not for ever: the seed's
 *       server never says when it is over.
 *   <li>HAI is kept and sent again like any other frame, so that replays leave no holes; of one
 *       that comes again only the number counts.
 *   <li>What somebody publishes who is no HAIP peer is an envelope if it has a type of data and a
 *       payload, and nothing of the way; {@code id} and {@code ts} may be left out. All else is
 *       wrapped in a MESSAGE_START.
 *   <li>{@code payload.auth} of TRANSACTION_START is cut out before it is published.
 *   <li>A message's size in the official dialect is its frame's, or what it carries for AUDIO,
 *       AUDIO_CHUNK, FILE_CHUNK and VIDEO_FRAME; a binary frame behind anything else counts too.
 * </ul>
 */
@NullMarked
package io.sluice.protocol.haip;

import org.jspecify.annotations.NullMarked;
