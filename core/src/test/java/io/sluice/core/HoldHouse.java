package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Credit;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Channels that hold their writers while their readers are slow. Owned by its test. */
abstract class HoldHouse {
  /** What a publication of one letter by "user" counts. */
  static final int SIZE = 133;

  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final Credit NONE = new Credit(0, 1_000_000);

  @Parameter Answering answering;
  Hub hub;
  Peer writer;

  @BeforeEach
  void open() {
    start(TestLimits.DEFAULTS, TestLimits.logOf(100), holding(3, 64));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /** Room for so many publications of one letter. */
  static ChannelSettings.Hold holding(int publications, int readers) {
    return new ChannelSettings.Hold((long) publications * SIZE, readers, PATIENCE);
  }

  void start(Limits limits, Limits.Log log, ChannelSettings.Hold hold) {
    ChannelSettings usual = ChannelSettings.of(log);
    ChannelSettings held =
        new ChannelSettings(
            log,
            usual.delivery(),
            hold,
            null,
            true,
            usual.rights(),
            usual.clients(),
            usual.priority());
    Namespaces.Namespace namespace = new Namespaces.Namespace(new ChannelPattern("c"), held);
    hub = new Hub(answering, limits, new Namespaces(List.of(namespace), usual));
    writer = hub.connect();
  }

  void restart(Limits limits, Limits.Log log, ChannelSettings.Hold hold) {
    hub.close();
    start(limits, log, hold);
  }

  /** Somebody who holds, and has no credit. */
  Peer stalled(int lane) {
    Peer reader = hub.connect(lane);
    reader.subscribe("c", NONE);
    assertThat(reader.stream()).hasSize(1).first().asString().endsWith(", holds");
    return reader;
  }

  /** Somebody who holds, and takes whatever comes. */
  Peer reading(int lane) {
    Peer reader = hub.connect(lane);
    reader.subscribe("c");
    assertThat(reader.stream()).hasSize(1).first().asString().endsWith(", holds");
    return reader;
  }

  void write(String... texts) {
    for (String text : texts) {
      writer.publish("c", text);
    }
    hub.settle();
  }

  /** What is said beside heartbeats; everybody shows that it lives. */
  List<String> talk(Peer peer) {
    List<String> stream = peer.stream();
    peer.session.heard();
    return stream.stream().filter(text -> !text.equals("heartbeat")).toList();
  }
}
