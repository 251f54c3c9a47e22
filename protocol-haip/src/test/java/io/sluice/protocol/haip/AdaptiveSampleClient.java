package io.sluice.protocol.haip;

import io.sluice.model.Moment;
import java.util.random.RandomGenerator;

/**
 * The founding document's {@code AdaptiveFlowControl} as a model: every five seconds it scores its
 * channel, an idle one 0, and asks for more or gives back, be it nothing, without ever lowering its
 * own balance.
 */
final class AdaptiveSampleClient extends SampleClient {
  private static final long EVERY = 5_000_000_000L;

  private long due = EVERY;

  AdaptiveSampleClient(Wire wire, RandomGenerator random) {
    super(wire, random);
  }

  @Override
  public long dueNanos() {
    return due;
  }

  @Override
  public void tick(Moment now) {
    if (due > now.nanos()) {
      return;
    }
    due = now.nanos() + EVERY;
    double all = (double) sentSince + queuedSince;
    double score = sentSince == 0 ? 0 : 0.4 * (1 - queuedSince / all) + 0.4 + 0.2;
    if (score > 0.8 && pending() == 0) {
      wire.say(new Said(Kind.REQUEST, 0, credits / 10, credits));
    } else if (score < 0.3 || pending() > 10) {
      wire.say(new Said(Kind.REDUCE, 0, credits / 5, 0));
    }
    sentSince = 0;
    queuedSince = 0;
  }
}
