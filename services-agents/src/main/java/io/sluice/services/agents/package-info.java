/**
 * Who talks with a person: agents in the process, written in Java, joined to the sessions of HAIP.
 *
 * <pre>
 *   log haip.S.USER ─► core.Reader ─► Hearing ─► Talk ─┬─ at once: cancel, tools, errors
 *                                                      └─► Desk, one thing after the other ─► Agent
 *                                                                                              │
 *   log haip.S.AGENT ◄─ Broker.publish ◄─ Way, one publication at a time ◄─ AgentStream.write ◄┘
 * </pre>
 *
 * <p>Nothing here has a thread while nothing happens, and none of its own at all: {@link
 * io.sluice.services.agents.Threads} lends them, one for each thing an agent or a tool does, so
 * user code may block. What it says waits until it is in the log, which a slow reader delays; what
 * it cannot take waits in the log, and the person is given credit as it comes to an end of it.
 *
 * <p>Owner: each session's parts have a lock each, under which nothing is called; user code is
 * called one thing at a time for a session, tools side by side.
 *
 * <p>May import: {@code core} (the broker, a reader), {@code model}, Jackson, and a validator of
 * JSON Schema. Start reading at {@link io.sluice.services.agents.Agent}, then {@link
 * io.sluice.services.agents.AgentHost}.
 */
@NullMarked
package io.sluice.services.agents;

import org.jspecify.annotations.NullMarked;
