package io.sluice.services.graph;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Keeps all that is published, in order; answers at once, later, or with a fault. */
final class FakeBroker implements Broker {
  /** Everything, in the order in which it was published. */
  final List<Publication> all = new ArrayList<>();

  boolean answersLater;
  boolean fails;

  /** Happens when something is published, behind it. */
  Runnable onPublish = () -> {};

  private final Map<ChannelName, Long> heads = new HashMap<>();
  private final Queue<Runnable> answers = new ArrayDeque<>();

  @Override
  public void publish(Draft draft, Moment now, Receipt receipt) {
    Runnable answer;
    if (fails) {
      answer = () -> receipt.failed(new Fault(Code.MEMORY_LIMIT, "full"));
    } else {
      long offset = heads.merge(draft.channel(), 1L, Long::sum);
      all.add(new Publication(offset, now.epochMillis(), draft));
      onPublish.run();
      answer = () -> receipt.appended(new Position("epoch", offset));
    }
    if (answersLater) {
      answers.add(answer);
    } else {
      answer.run();
    }
  }

  /** Gives the answers that are due. */
  void answer() {
    while (!answers.isEmpty()) {
      answers.remove().run();
    }
  }

  /** A log of this channel has been here before. */
  void begin(ChannelName channel, long head) {
    heads.put(channel, head);
  }

  List<Publication> of(ChannelName channel) {
    return all.stream().filter(one -> one.draft().channel().equals(channel)).toList();
  }

  @Override
  public Position head(ChannelName channel) {
    Long head = heads.get(channel);
    return head == null ? null : new Position("epoch", head);
  }

  @Override
  public void open(Subject subject, Signal signal, Moment now, Opening opening) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void tick(Moment now) {}

  @Override
  public void close() {}
}
