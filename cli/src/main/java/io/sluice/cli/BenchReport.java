package io.sluice.cli;

import io.sluice.cli.load.Outcome;
import io.sluice.cli.load.Plan;
import io.sluice.cli.load.Progress;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Owner: the command's thread. Says how a load goes, on standard error, and what came of it. */
final class BenchReport implements Progress {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  private final Surroundings surroundings;
  private final boolean json;

  BenchReport(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
  }

  @Override
  public void connecting(int done, int total) {
    surroundings.err().println(String.format(Locale.ROOT, "connected %d of %d", done, total));
  }

  @Override
  public void second(double measured, double perSecond, Histogram latency) {
    surroundings
        .err()
        .println(
            String.format(
                Locale.ROOT,
                "%4.0f s  %,10.0f deliveries/s  p50 %s  p99 %s  max %s",
                measured,
                perSecond,
                time(latency.getValueAtPercentile(50)),
                time(latency.getValueAtPercentile(99)),
                time(latency.getMaxValue())));
  }

  private static String time(long nanos) {
    return nanos < 10_000_000
        ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
        : nanos < 1_000_000_000
            ? String.format(Locale.ROOT, "%.0f ms", nanos / 1e6)
            : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  void print(Outcome outcome) {
    if (json) {
      surroundings.out().println(Lines.of(fields(outcome)));
      return;
    }
    Plan plan = outcome.plan();
    PrintWriter out = surroundings.out();
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d subscribers, %,.0f publications/s of %,d bytes, %.1f s",
            plan.shape().name().toLowerCase(Locale.ROOT),
            plan.subscribers(),
            plan.rate(),
            plan.size(),
            outcome.seconds()));
    out.println(
        String.format(
            Locale.ROOT,
            "published   %,d, %,.0f/s",
            outcome.published(),
            outcome.published() / outcome.seconds()));
    out.println(
        String.format(
            Locale.ROOT,
            "delivered   %,d of %,d, %,.0f/s",
            outcome.delivered(),
            outcome.expected(),
            outcome.perSecond()));
    StringBuilder percentiles = new StringBuilder("latency   ");
    for (double percentile : PERCENTILES) {
      percentiles
          .append("  p")
          .append(name(percentile))
          .append(' ')
          .append(time(outcome.latency().getValueAtPercentile(percentile)));
    }
    out.println(percentiles.append("  max ").append(time(outcome.latency().getMaxValue())));
    server(out, outcome);
    out.println(
        String.format(
            Locale.ROOT,
            "client      reads with %.0f %% of a core, sends with %.0f %%",
            outcome.readerCores() * 100,
            outcome.senderCores() * 100));
    outcome.remarks().forEach(remark -> out.println("note        " + remark));
  }

  private static void server(PrintWriter out, Outcome outcome) {
    String source = String.valueOf(outcome.source());
    if (outcome.cpuNanosPerDelivery() < 0) {
      out.println("server      its processor time is not told: /stats has no process for us");
      return;
    }
    out.println(
        String.format(
            Locale.ROOT,
            "server      %.2f µs of processor per delivery, %.0f %% of a core (%s)",
            outcome.cpuNanosPerDelivery() / 1e3,
            outcome.serverCores() * 100,
            source));
    if (outcome.bytesPerConnection() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "memory      %.1f KiB resident per connection (%s)",
              outcome.bytesPerConnection() / 1_024,
              source));
    }
  }

  private static String name(double percentile) {
    return percentile == Math.rint(percentile)
        ? Long.toString((long) percentile)
        : Double.toString(percentile);
  }

  private static Map<String, Object> fields(Outcome outcome) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Plan plan = outcome.plan();
    fields.put("shape", plan.shape().name().toLowerCase(Locale.ROOT));
    fields.put("subscribers", plan.subscribers());
    fields.put("rate", plan.rate());
    fields.put("size", plan.size());
    fields.put("seconds", outcome.seconds());
    fields.put("published", outcome.published());
    fields.put("expected", outcome.expected());
    fields.put("delivered", outcome.delivered());
    fields.put("deliveriesPerSecond", outcome.perSecond());
    Map<String, Object> latency = new LinkedHashMap<>();
    for (double percentile : PERCENTILES) {
      latency.put("p" + name(percentile), outcome.latency().getValueAtPercentile(percentile) / 1e6);
    }
    latency.put("max", outcome.latency().getMaxValue() / 1e6);
    fields.put("latencyMillis", latency);
    if (outcome.cpuNanosPerDelivery() >= 0) {
      fields.put("serverCpuMicrosPerDelivery", outcome.cpuNanosPerDelivery() / 1e3);
      fields.put("serverCores", outcome.serverCores());
      fields.put("serverFigures", String.valueOf(outcome.source()));
    }
    if (outcome.bytesPerConnection() > 0) {
      fields.put("residentBytesPerConnection", Math.round(outcome.bytesPerConnection()));
    }
    fields.put("readerCores", outcome.readerCores());
    fields.put("senderCores", outcome.senderCores());
    fields.put("notes", outcome.remarks());
    return fields;
  }
}
