package io.sluice.gateway.haip;

import io.sluice.model.ChannelName;
import io.sluice.model.Form;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipTail;
import org.jspecify.annotations.Nullable;

/**
 * What publications of its session's channels look like to one peer. Owned by the connection's
 * lane.
 *
 * <p>It is asked whether it concerns itself with a publication, and at once for its tail: what was
 * made for the one is kept for the other.
 */
final class HaipForm implements StampedForm {
  private final HaipConversation conversation;
  private final SessionChannels channels;
  private final String epoch;
  private @Nullable Publication made;
  private @Nullable Behind last;

  /**
   * A tail, and the channel that its head names.
   *
   * @param channel by its name in the session
   */
  record Behind(HaipTail tail, String channel) implements Tail {}

  HaipForm(HaipConversation conversation, SessionChannels channels, String epoch) {
    this.conversation = conversation;
    this.channels = channels;
    this.epoch = epoch;
  }

  @Override
  public Form of(String other) {
    return new HaipForm(conversation, channels, other);
  }

  @Override
  public boolean concerns(Publication publication) {
    return !channels.session().equals(publication.draft().publisher())
        && conversation.accepts(tail(publication).tail().type());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // The very one that was asked about before.
  public Behind tail(Publication publication) {
    Behind behind = last;
    if (behind == null || publication != made) {
      ChannelName channel = publication.draft().channel();
      HaipTail tail = HaipTail.of(publication, epoch, conversation.grammar());
      behind = new Behind(tail, channels.nameIn(channel));
      made = publication;
      last = behind;
    }
    return behind;
  }
}
