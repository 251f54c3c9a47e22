/**
 * The Java client for HAIP: a person, or whatever takes a person's place, in a session with an
 * agent.
 *
 * <p>A program uses {@link io.sluice.client.haip.HaipClient}. Behind it {@code HaipEngine} joins
 * the conversation of {@code protocol.haip}, which decides what is sent when, to the way to the
 * server of {@code client.line}; {@code HaipDriver} carries out its orders. Owner: the turnstile of
 * each client. Imported: the JDK, {@code model}, {@code protocol}, Netty's buffer, {@code client}
 * and {@code client.line}. Start reading at the client, then at {@code HaipEngine}.
 */
@NullMarked
package io.sluice.client.haip;

import org.jspecify.annotations.NullMarked;
