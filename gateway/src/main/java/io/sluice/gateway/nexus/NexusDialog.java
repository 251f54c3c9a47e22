package io.sluice.gateway.nexus;

import io.netty.buffer.ByteBuf;
import io.sluice.core.Session;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint.Welcome;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.model.Identity;
import io.sluice.model.Inbound;
import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusConversation;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer of Nexus: its conversation on the one side, its session on the other. Owned by the
 * connection's event loop.
 */
final class NexusDialog implements Dialog, Consumer<Inbound> {
  private final Connection connection;
  private final NexusConversation conversation;
  private final Speech speech;
  private final Session session;
  private NexusGrammar spoken;
  private Moment readAt;

  private NexusDialog(
      Connection connection,
      NexusConversation conversation,
      Speech speech,
      Session session,
      Moment now) {
    this.connection = connection;
    this.conversation = conversation;
    this.speech = speech;
    this.session = session;
    this.spoken = conversation.grammar();
    this.readAt = now;
  }

  /** Begins: the session's first word is that the connection stands. */
  static NexusDialog begin(
      Connection connection,
      NexusConversation conversation,
      Speech speech,
      Welcome welcome,
      String connectionId,
      Moment now) {
    Identity identity = Objects.requireNonNull(welcome.identity(), "Nexus needs a token");
    Form form = speech.form(conversation.grammar());
    Session session = connection.lane().open(connection.slot(), identity, form, connectionId, now);
    return new NexusDialog(connection, conversation, speech, session, now);
  }

  /** Its session is one request's, and ends with it. */
  NexusDialog ofRequest() {
    session.pass();
    return this;
  }

  @Override
  public void text(ByteBuf message, Moment now) {
    readAt = now;
    conversation.read(message, this);
  }

  /** What became of the message, in one or several parts. */
  @Override
  public void accept(Inbound inbound) {
    followGrammar();
    switch (inbound) {
      case Inbound.Accepted accepted -> session.accept(accepted.command(), readAt);
      case Inbound.Rejected rejected -> session.reject(rejected.id(), rejected.fault());
    }
  }

  /** Before the command that was the first to use it is carried out. */
  private void followGrammar() {
    NexusGrammar grammar = conversation.grammar();
    if (grammar != spoken) {
      spoken = grammar;
      session.use(speech.form(grammar));
    }
  }

  @Override
  public void binary(ByteBuf message, Moment now) {
    connection.close(CloseReason.UNSUPPORTED_DATA);
  }

  @Override
  public byte @Nullable [] encode(Event event) {
    byte[] text = conversation.write(event);
    return text == null ? null : speech.text(event, text);
  }

  @Override
  public void complete() {
    session.complete();
  }

  @Override
  public void left() {
    session.leave();
  }

  @Override
  public void heard() {
    session.heard();
  }

  @Override
  public void closed(CloseReason reason) {
    // The lane hears of it from the wire, and the session is the lane's.
  }
}
