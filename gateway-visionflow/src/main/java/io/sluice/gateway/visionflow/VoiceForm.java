package io.sluice.gateway.visionflow;

import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm;
import java.util.function.Supplier;

/**
 * What a listener hears: everybody's packets but its own, and none that is too old when it could
 * take it. Immutable; its clock is for any thread.
 *
 * @param framed whether with our header
 * @param self by this name its own are published
 * @param ageNanos older packets are not worth hearing
 */
record VoiceForm(boolean framed, String self, long ageNanos, Supplier<Moment> clock)
    implements StampedForm {
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
    return publication.draft().payload() instanceof VoicePayload packet
        && !self.equals(publication.draft().publisher())
        && packet.ageNanos(clock.get()) <= ageNanos;
  }

  @Override
  public Packet tail(Publication publication) {
    VoicePayload packet = (VoicePayload) publication.draft().payload();
    return new Packet(framed ? packet.framed() : packet.raw());
  }
}
