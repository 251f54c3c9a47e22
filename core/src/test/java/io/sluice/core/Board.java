package io.sluice.core;

import io.sluice.core.log.StateSource;
import io.sluice.model.Draft;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps the state of a channel: values by their names, each with the version it was set at. A
 * publication is {@code name=value}, or several of them. Owned by its test.
 */
final class Board implements StateSource {
  static final String CHANNEL = "board";

  private final Hub hub;
  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private long version;

  /** What it has published and not heard of yet. */
  private final List<Map.Entry<String, String>> unheard = new ArrayList<>();

  private boolean deaf;

  /** What happens the next time that it is asked, before it answers. */
  Runnable meanwhile = () -> {};

  /** How often it was asked. */
  int asked;

  Board(Hub hub) {
    this.hub = hub;
    if (!hub.memory.keep(Hub.channel(CHANNEL), this, hub.time.now())) {
      throw new AssertionError("not kept");
    }
  }

  /** Publishes a value; the lanes have their turn when the hub settles. */
  void append(String name, String value) {
    hub.append(CHANNEL, TestPayload.of(name + "=" + value));
    unheard.add(Map.entry(name, value));
    if (!deaf) {
      hearAll();
    }
  }

  void set(String name, String value) {
    append(name, value);
    hub.settle();
  }

  /** From now on it does not hear of what it has published. */
  void hearNothing() {
    deaf = true;
  }

  void hearAll() {
    deaf = false;
    for (Map.Entry<String, String> each : unheard) {
      values.put(each.getKey(), each.getValue());
      versions.put(each.getKey(), ++version);
    }
    unheard.clear();
  }

  @Override
  public Publication since(long from) {
    asked++;
    Runnable first = meanwhile;
    meanwhile = () -> {};
    first.run();
    String text =
        values.entrySet().stream()
            .filter(value -> versions.getOrDefault(value.getKey(), 0L) > from)
            .map(value -> value.getKey() + "=" + value.getValue())
            .collect(Collectors.joining(" "));
    Draft draft =
        new Draft(
            Hub.channel(CHANNEL), Draft.Kind.BROADCAST, null, TestPayload.of(text), null, null);
    return new Publication(version, 0, draft);
  }

  Map<String, String> values() {
    return values;
  }
}
