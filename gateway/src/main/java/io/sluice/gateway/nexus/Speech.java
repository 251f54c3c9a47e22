package io.sluice.gateway.nexus;

import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.protocol.nexus.NexusGrammar;

/** How Nexus looks on one kind of connection. Immutable. */
interface Speech {
  /** What publications look like to a peer of this grammar. */
  Form form(NexusGrammar grammar);

  /**
   * What else is said.
   *
   * @param event what it says
   * @param json the same in the peer's grammar
   */
  byte[] text(Event event, byte[] json);
}
