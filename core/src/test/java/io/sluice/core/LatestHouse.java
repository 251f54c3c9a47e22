package io.sluice.core;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A hub for those who want the newest publication of each key. Owned by its test. */
abstract class LatestHouse {
  static final Filter RED = TestPayload.filter("colour", "red");
  static final Filter ROUND = TestPayload.filter("shape", "round");

  /** What one publication of {@code k 1} costs. */
  static final int COST = 14;

  Hub hub;

  @BeforeEach
  void open() {
    start(TestLimits.DEFAULTS, 1_000);
  }

  void start(Limits limits, int keys) {
    hub =
        new Hub(
            Answering.AT_ONCE,
            limits,
            TestSettings.everywhere(limits.log(), TestSettings.latestKeys(keys)));
  }

  void restart(Limits limits, int keys) {
    hub.close();
    start(limits, keys);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  Peer subscriber(String conflateBy, Filter filter, Credit credit) {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.LATEST, conflateBy, filter, credit);
    peer.hear();
    return peer;
  }

  Peer withoutCredit() {
    return subscriber(null, null, new Credit(0, 1_000_000));
  }

  void publishEach(String... keyed) {
    for (String one : keyed) {
      hub.publishKeyed("c", one);
    }
  }

  void grant(Peer peer, int messages) {
    peer.grant("c", messages, 0);
    hub.settle();
  }
}
