package io.sluice.races;

import io.sluice.core.log.Broker;
import io.sluice.core.log.LogWatch;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Frame;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the races are run with: small, constant, shared by millions of states. */
public final class Sample {
  public static final ChannelName CHANNEL = new ChannelName("race");
  public static final String EPOCH = "e";
  public static final Moment NOW = new Moment(0, 0);

  /** A minute after {@link #NOW}: later than any age below. */
  public static final Moment LATER = new Moment(60_000_000_000L, 60_000);

  public static final Draft DRAFT =
      new Draft(CHANNEL, Draft.Kind.MESSAGE, null, new Empty(), null, null);

  public static final Limits LIMITS = limits();
  public static final Broker.Writer WRITER = new Broker.Writer(LIMITS.session());

  private Sample() {}

  private static Limits limits() {
    Limits defaults = Limits.defaults(1 << 30);
    return new Limits(
        log(4),
        new Limits.Hub(4, 1 << 20, 4, Duration.ofHours(1)),
        defaults.session(),
        new Limits.Lane(1 << 10, 4, 2, 1 << 10, 4, 64, 256, 16 << 20),
        defaults.socket(),
        defaults.http(),
        defaults.connections(),
        defaults.json(),
        defaults.token(),
        defaults.presence());
  }

  /** The bounds of a log of so many messages that live for ten seconds. */
  public static Limits.Log log(int messages) {
    return new Limits.Log(
        messages, 1 << 20, Duration.ofSeconds(10), 1 << 20, 4, Duration.ofSeconds(10));
  }

  /** A channel whose log keeps so many. */
  public static ChannelSettings channel(int messages) {
    return ChannelSettings.of(log(messages));
  }

  /** A channel that lets so many publications of {@link #DRAFT} lie before its slowest reader. */
  public static ChannelSettings holding(int publications) {
    ChannelSettings usual = channel(16);
    long bytes = (long) publications * Publication.retainedBytes(DRAFT);
    return new ChannelSettings(
        usual.log(),
        usual.delivery(),
        new ChannelSettings.Hold(bytes, 4, Duration.ofSeconds(30)),
        null,
        true,
        usual.rights(),
        usual.clients(),
        usual.priority());
  }

  public static MemoryBroker broker() {
    return broker((channel, hold, now) -> {});
  }

  /** One whose logs somebody hears of. */
  public static MemoryBroker broker(LogWatch watch) {
    return new MemoryBroker(LIMITS.hub(), Namespaces.of(LIMITS.log()), () -> EPOCH, watch);
  }

  /** Publishes {@link #DRAFT}; it waits for slow readers if it must. */
  public static void publish(Broker broker) {
    broker.publish(DRAFT, NOW, Patient.RECEIPT);
  }

  private enum Patient implements Broker.Receipt {
    RECEIPT;

    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault.message());
    }

    @Override
    public Broker.Writer writer() {
      return WRITER;
    }
  }

  /** Does what there is to do; bounded, so that who asks for more for ever ends too. */
  public static void untilNothing(BooleanSupplier more, Runnable step) {
    for (int steps = 0; more.getAsBoolean() && steps < 100; steps++) {
      step.run();
    }
  }

  /** The pattern of a namespace around {@link #CHANNEL}, which has a feed. */
  public static final ChannelPattern FEED = ChannelPattern.ALL;

  /** A broker whose every channel is in the namespace that has the feed. */
  public static MemoryBroker fedBroker() {
    ChannelSettings plain = channel(4);
    ChannelSettings fed =
        new ChannelSettings(
            plain.log(),
            plain.delivery(),
            null,
            plain.log(),
            true,
            plain.rights(),
            plain.clients(),
            plain.priority());
    Namespaces namespaces = new Namespaces(List.of(new Namespaces.Namespace(FEED, fed)), plain);
    return new MemoryBroker(LIMITS.hub(), namespaces, () -> EPOCH);
  }

  /** A new frame of one byte. */
  public static Frame frame() {
    return new Frame(new byte[1], 1);
  }

  private static final class Empty implements Payload {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] bytes() {
      return NOTHING;
    }

    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }
}
