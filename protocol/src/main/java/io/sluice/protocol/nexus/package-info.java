/**
 * Nexus, the JSON publish/subscribe protocol: bytes to commands, events and publications to bytes.
 *
 * <p>A {@link io.sluice.protocol.nexus.NexusConversation} belongs to one connection and knows which
 * of the two grammars it speaks; it borrows the {@link io.sluice.protocol.nexus.NexusCodec} of its
 * event loop, which does the work. {@link io.sluice.protocol.nexus.NexusGrammar} says what a
 * publication looks like, for everybody at once. The client's half is {@link
 * io.sluice.protocol.nexus.NexusRequestWriter} and {@link
 * io.sluice.protocol.nexus.NexusAnswerReader}. Imported: {@code model}, {@code protocol.json} and
 * Netty's buffer. Start reading at {@code NexusRequests}, which has one line per action; the user's
 * page is {@code docs/protocols/nexus.md}.
 */
@NullMarked
package io.sluice.protocol.nexus;

import org.jspecify.annotations.NullMarked;
