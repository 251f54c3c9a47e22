package io.sluice.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Publication;
import io.sluice.model.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final long SECOND = 1_000_000_000;

  private final MemoryBroker broker =
      new MemoryBroker(
          Limits.defaults(1 << 26).hub(), Namespaces.of(Limits.Log.DEFAULTS), () -> "epoch");
  private final FakeGauges gauges = new FakeGauges();
  private final Telemetry telemetry = new Telemetry(broker, gauges, Duration.ofSeconds(5));

  private static final class FakeGauges implements Telemetry.Gauges {
    double processors = 0.0249;
    double pressure = 0.031;

    @Override
    public double processors() {
      return processors;
    }

    @Override
    public double pressure() {
      return pressure;
    }
  }

  private void tickAt(double second) {
    long nanos = Long.MAX_VALUE - 3 * SECOND + (long) (second * SECOND);
    telemetry.tick(new Moment(nanos, 1_769_846_709_007L + (long) (second * 1_000)));
  }

  private List<Publication> log() {
    List<Publication> all = new ArrayList<>();
    broker.open(
        new ChannelName("telemetry"),
        () -> {},
        new Moment(0, 0),
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            for (long offset = 1; offset <= head; offset++) {
              all.add(log.entry(offset).publication());
            }
          }

          @Override
          public void failed(io.sluice.model.Fault fault) {
            throw new AssertionError(fault);
          }
        });
    return all;
  }

  private List<String> lines() {
    return log().stream().map(one -> new String(one.draft().payload().bytes(), UTF_8)).toList();
  }

  @Test
  void itSaysNothingBeforeTheFirstIntervalIsOver() {
    tickAt(0);
    tickAt(4.999);
    assertThat(lines()).isEmpty();
  }

  @Test
  void itSaysTwoLinesEveryInterval() {
    for (int quarter = 0; quarter <= 40; quarter++) {
      tickAt(quarter / 4.0);
    }
    assertThat(lines())
        .containsExactly(
            "{\"metric\":\"system_health\",\"value\":96.9}",
            "{\"agent_id\":\"sluice\",\"cpu_usage\":2.5}",
            "{\"metric\":\"system_health\",\"value\":96.9}",
            "{\"agent_id\":\"sluice\",\"cpu_usage\":2.5}");
    assertThat(log()).extracting(one -> one.draft().kind()).containsOnly(Draft.Kind.BROADCAST);
    assertThat(log()).extracting(one -> one.draft().from()).containsOnlyNulls();
    assertThat(log())
        .extracting(one -> one.draft().key())
        .containsExactly("system_health", "sluice", "system_health", "sluice");
  }

  @Test
  void itsPaceDoesNotDriftAndNothingIsMadeUpFor() {
    tickAt(0);
    tickAt(5.9);
    tickAt(10.0);
    assertThat(lines()).hasSize(4);
    tickAt(100);
    tickAt(100.1);
    tickAt(104.9);
    assertThat(lines()).hasSize(6);
    tickAt(105);
    assertThat(lines()).hasSize(8);
  }

  @Test
  void whatCannotBeMeasuredIsNoPressure() {
    gauges.processors = -1;
    gauges.pressure = Double.NaN;
    tickAt(0);
    tickAt(5);
    gauges.processors = 7;
    gauges.pressure = 7;
    tickAt(10);
    assertThat(lines())
        .containsExactly(
            "{\"metric\":\"system_health\",\"value\":100.0}",
            "{\"agent_id\":\"sluice\",\"cpu_usage\":0.0}",
            "{\"metric\":\"system_health\",\"value\":0.0}",
            "{\"agent_id\":\"sluice\",\"cpu_usage\":100.0}");
  }

  @Test
  void aFilterFindsItsFields() {
    tickAt(0);
    tickAt(5);
    Fields health = log().get(0).draft().payload().readFields();
    assertThat(health.get("metric")).isEqualTo(new Scalar.Text("system_health"));
    assertThat(health.get("value")).isEqualTo(new Scalar.Numeric(new BigDecimal("96.9")));
    assertThat(health.get("agent_id")).isNull();
    assertThat(health.retainedBytes()).isPositive();
    Fields usage = log().get(1).draft().payload().readFields();
    assertThat(usage.get("agent_id")).isEqualTo(new Scalar.Text("sluice"));
    assertThat(usage.get("cpu_usage")).isEqualTo(new Scalar.Numeric(new BigDecimal("2.5")));
  }

  @Test
  void aBrokerThatIsAwayIsNoTrouble() {
    broker.close();
    tickAt(0);
    tickAt(5);
    assertThat(broker.channels()).isZero();
  }
}
