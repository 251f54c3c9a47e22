package io.sluice.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Meter;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Refusal;
import io.sluice.server.auth.Verification;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final GatewayMeter gateway = new GatewayMeter();
  private final Meter core = new Meter();
  private final Figures figures = TestFigures.of(gateway, core);
  private static final Recent.Rates RATES = new Recent.Rates(1.5, 0.25, 0.12345);

  @Test
  void everyReasonIsThereFromTheStartAndCounts() {
    try (Metrics metrics = new Metrics(figures)) {
      String before = metrics.scrape();
      for (Refusal refusal : Refusal.values()) {
        assertThat(before).contains("sluice_refused_total{reason=\"" + refusal.text() + "\"} 0.0");
        gateway.count(refusal);
      }
      for (CloseReason reason : CloseReason.values()) {
        assertThat(before).contains("sluice_closed_total{reason=\"" + reason.text() + "\"} 0.0");
        gateway.count(reason);
      }
      for (Violation violation : Violation.values()) {
        assertThat(before)
            .contains("sluice_violations_total{reason=\"" + violation.reason() + "\"} 0.0");
        gateway.count(violation);
      }
      for (Code code : Code.values()) {
        assertThat(before).contains("sluice_faults_total{code=\"" + code.text() + "\"} 0.0");
        core.count(code);
      }
      for (String reason : Verification.REASONS) {
        assertThat(before).contains("sluice_tokens_refused_total{reason=\"" + reason + "\"} 0.0");
        gateway.countToken(reason);
      }
      int reasons =
          Refusal.values().length
              + CloseReason.values().length
              + Violation.values().length
              + Code.values().length
              + Verification.REASONS.size();
      assertThat(metrics.scrape().lines())
          .filteredOn(line -> line.matches("sluice_\\w+_total\\{(reason|code)=.*} 1\\.0"))
          .hasSize(reasons);
    }
  }

  @Test
  void theStateOfTheHouseAndOfTheJvmAreShown() {
    try (Metrics metrics = new Metrics(figures)) {
      assertThat(metrics.scrape())
          .contains("sluice_connections 7.0")
          .contains("sluice_sessions 0.0")
          .contains("sluice_subscriptions 0.0")
          .contains("sluice_channels 0.0")
          .contains("sluice_log_bytes 0.0")
          .contains("sluice_messages_total 40.0")
          .contains("sluice_errors_total 2.0")
          .contains("sluice_haip_sessions 0.0")
          .contains("sluice_haip_sessions_kept 0.0")
          .contains("sluice_haip_pressure_total 0.0")
          .contains("sluice_haip_debts_total 0.0")
          .contains("sluice_haip_debt_units_total 0.0")
          .contains("sluice_haip_errors_total{code=\"FLOW_CONTROL_VIOLATION\"} 0.0")
          .contains("sluice_haip_replays_total 0.0")
          .contains("sluice_haip_handling_seconds_count 0")
          .contains("sluice_visionflow_errors_total{code=\"unknown_node\"} 0.0")
          .contains("sluice_visionflow_round_trip_seconds_count 0")
          .contains("sluice_voice_packets_total 0.0")
          .contains("sluice_graphs 2.0")
          .contains("sluice_graph_nodes 30.0")
          .contains("sluice_graph_edges 40.0")
          .contains("sluice_graph_paces 1.0")
          .contains("sluice_graph_ticks_total 5.0")
          .contains("sluice_graph_nodes_sent_total 60.0")
          .contains("sluice_graph_refused_total 8.0")
          .contains("sluice_graph_paths_seconds_count 9")
          .contains("sluice_graph_paths_seconds_sum 2.0")
          .contains("sluice_publications_total 0.0")
          .contains("sluice_deliveries_total 0.0")
          .contains("sluice_held_channels 0.0")
          .contains("sluice_held_publications 0.0")
          .contains("sluice_held_bytes 0.0")
          .contains("sluice_releases_total 0.0")
          .contains("sluice_holds_lost_total 0.0")
          .contains("sluice_conflated_total 0.0")
          .contains("sluice_gaps_total{reason=\"evicted\"} 0.0")
          .contains("sluice_gaps_total{reason=\"dropped\"} 0.0")
          .contains("sluice_gaps_total{reason=\"keys\"} 0.0")
          .contains("jvm_memory_used_bytes{")
          .contains("jvm_threads_live_threads")
          .contains("process_uptime_seconds");
    }
  }

  @Test
  void theSameIsThereAsJsonWithWhatHasOccurred() {
    gateway.count(Refusal.NO_TOKEN);
    core.count(Code.BUSY);
    core.count(Code.BUSY);
    gateway.count(Violation.FRAME_FLOOD);
    gateway.countToken("expired");
    assertThat(Stats.print(figures, RATES, Duration.ofMillis(5_250)))
        .startsWith(
            "{\"uptime\":5.25,\"activeConnections\":3,\"totalConnections\":0,"
                + "\"totalMessages\":40,\"messagesPerSecond\":1.5,\"averageLatency\":0.25,"
                + "\"errorRate\":0.123,"
                + "\"uptimeSeconds\":5,\"connections\":7,\"sessions\":0,")
        .contains("\"haip\":{\"sessions\":0,\"kept\":0,")
        .contains("\"visionFlow\":{\"roundTrips\":0,\"averageRoundTripMillis\":0.0,\"packets\":0,")
        .contains("\"graphs\":{\"graphs\":2,\"nodes\":30,")
        .contains("\"conflated\":0,\"gaps\":{}")
        .contains("\"refused\":{\"no_token\":1}")
        .contains("\"closed\":{}")
        .contains("\"violations\":{\"frame_flood\":1}")
        .contains("\"faults\":{\"busy\":2}")
        .contains("\"tokensRefused\":{\"expired\":1}");
  }

  @Test
  void theJsonSaysWhatTheServerCostsTheMachine() {
    assertThat(Stats.print(figures, RATES, Duration.ofMillis(5_250)))
        .containsPattern("\"process\":\\{\"cpuNanos\":[1-9]\\d*,(.*)\"heapBytes\":[1-9]\\d*}");
  }
}
