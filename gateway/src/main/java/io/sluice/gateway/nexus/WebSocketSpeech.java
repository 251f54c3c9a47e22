package io.sluice.gateway.nexus;

import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.protocol.nexus.NexusGrammar;

/**
 * Nexus over WebSocket: a message is the text of a frame.
 *
 * @param seed the form for the seed's grammar
 * @param extended the form for the extended one
 */
record WebSocketSpeech(Form seed, Form extended) implements Speech {
  @Override
  public Form form(NexusGrammar grammar) {
    return switch (grammar) {
      case SEED -> seed;
      case EXTENDED -> extended;
    };
  }

  @Override
  public byte[] text(Event event, byte[] json) {
    return json;
  }
}
