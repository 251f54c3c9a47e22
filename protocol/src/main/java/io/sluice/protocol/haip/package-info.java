/**
 * HAIP, people and agents: one end of a conversation, in both dialects and both roles.
 *
 * <p>Owner of everything mutable: the thread of the line. Imported: {@code model}, {@code
 * protocol.json} and Netty's buffer. Start reading at {@link
 * io.sluice.protocol.haip.HaipConversation}.
 */
@NullMarked
package io.sluice.protocol.haip;

import org.jspecify.annotations.NullMarked;
