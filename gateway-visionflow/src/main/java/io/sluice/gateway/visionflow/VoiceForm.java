package io.sluice.gateway.visionflow;

import io.sluice.model.Publication;
import io.sluice.model.StampedForm;

/**
 * What a listener hears: everybody's packets but its own. Immutable.
 *
 * @param framed whether with our header
 * @param self by this name its own are published
 */
record VoiceForm(boolean framed, String self) implements StampedForm {
  /**
   * A packet as it goes over the line; nothing stands before it.
   *
   * @param message shared by all who hear it
   */
  // Handed on, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Packet(byte[] message) implements Tail {}

  @Override
  public boolean concerns(Publication publication) {
    return publication.draft().payload() instanceof VoicePayload
        && !self.equals(publication.draft().publisher());
  }

  @Override
  public Packet tail(Publication publication) {
    VoicePayload packet = (VoicePayload) publication.draft().payload();
    return new Packet(framed ? packet.framed() : packet.raw());
  }
}
