package io.sluice.core.log;

import io.sluice.core.Answering;
import io.sluice.core.NamesSeed;
import io.sluice.core.TestNamespaces;
import io.sluice.core.TestPayload;
import io.sluice.core.VirtualTime;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls a broker as lanes do, however late it answers. An adapter says how one is made. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
public abstract class BrokerHarness {
  /** An age, a window and a memory of removed channels that tests can outlive. */
  protected static final Duration MINUTE = Duration.ofMinutes(1);

  protected static final Duration HOUR = Duration.ofHours(1);

  protected final VirtualTime time = new VirtualTime();

  @Parameter protected Answering answering;
  protected Later later;
  protected Broker broker;

  /** A broker whose logs have the bounds of their namespaces. */
  protected abstract Broker make(Limits.Hub hub, Namespaces namespaces);

  @AfterEach
  void close() {
    if (broker != null) {
      broker.close();
    }
    if (later != null) {
      later.close();
    }
  }

  protected void start() {
    start(hub(100, 1 << 20, 10), log(100, 1 << 20));
  }

  protected void start(Limits.Hub hub, Limits.Log log) {
    start(hub, Namespaces.of(log));
  }

  protected void start(Limits.Hub hub, Namespaces namespaces) {
    later = answering.later();
    broker = Answering.through(later, make(hub, namespaces));
  }

  protected static Limits.Hub hub(int channels, long bytes, int tombstones) {
    return new Limits.Hub(channels, bytes, tombstones, HOUR);
  }

  protected static Limits.Log log(int messages, long bytes) {
    return new Limits.Log(messages, bytes, MINUTE, 1 << 20, 3, MINUTE);
  }

  protected void settle() {
    if (later != null) {
      later.settle();
    }
  }

  /** What became of the calls, in the order of the answers; checks what every answer promises. */
  private final List<String> answers = new CopyOnWriteArrayList<>();

  protected void publish(String channel, String text) {
    publish(channel, TestPayload.of(text), null);
  }

  protected void publish(String channel, TestPayload payload, String key) {
    Draft draft =
        new Draft(new ChannelName(channel), Draft.Kind.MESSAGE, "ann", payload, null, key);
    broker.publish(
        draft,
        time.now(),
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {
            answers.add(position.epoch() + "/" + position.offset());
          }

          @Override
          public void failed(Fault fault) {
            answers.add(fault.code().text());
          }
        });
  }

  protected List<String> answers() {
    settle();
    List<String> taken = List.copyOf(answers);
    answers.clear();
    return taken;
  }

  /** A reader: its log once it is open, and how often its signal was raised. */
  protected static final class Reader implements Signal, Broker.Opening {
    final AtomicInteger raised = new AtomicInteger();
    volatile Log log;
    volatile long head;
    volatile String failed;

    @Override
    public void raise() {
      raised.incrementAndGet();
    }

    @Override
    public void opened(Log opened, long headThen) {
      head = headThen;
      log = opened;
    }

    @Override
    public void failed(Fault fault) {
      failed = fault.code().text();
    }

    List<String> texts() {
      List<String> texts = new ArrayList<>();
      for (long offset = log.first(); offset <= log.head(); offset++) {
        texts.add(new String(log.entry(offset).publication().draft().payload().bytes()));
      }
      return texts;
    }
  }

  /** Opens a channel, or a feed by its pattern. */
  protected Reader open(String channel) {
    Reader reader = new Reader();
    broker.open(TestNamespaces.subject(channel), reader, time.now(), reader);
    settle();
    return reader;
  }

  /** Time passes and the broker keeps house; twice, for what the first sweep leaves to the next. */
  protected void pass(Duration duration) {
    time.advance(duration);
    broker.tick(time.now());
    broker.tick(time.now());
  }
}
