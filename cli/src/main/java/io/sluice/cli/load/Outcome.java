package io.sluice.cli.load;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param plan what was asked for
 * @param seconds how long it was measured
 * @param published how many publications were due and sent
 * @param expected how many deliveries they make
 * @param delivered how many came
 * @param latency how late, in nanoseconds, counted from when the publication was due
 * @param source where the server's figures are from; null if there are none
 * @param cpuNanosPerDelivery of the server; negative if not known
 * @param serverCores how many cores the server used; negative if not known
 * @param bytesPerConnection resident memory; negative if not known
 * @param readerCores how busy this command's reading thread was, of one core
 * @param senderCores how busy its sending thread was
 * @param isWhole whether nothing broke, was refused, or is missing
 * @param remarks what a reader of these numbers must know
 */
public record Outcome(
    Plan plan,
    double seconds,
    long published,
    long expected,
    long delivered,
    Histogram latency,
    @Nullable String source,
    double cpuNanosPerDelivery,
    double serverCores,
    double bytesPerConnection,
    double readerCores,
    double senderCores,
    boolean isWhole,
    List<String> remarks) {
  /** Copies the list. */
  public Outcome {
    remarks = List.copyOf(remarks);
  }

  /** Deliveries a second. */
  public double perSecond() {
    return seconds > 0 ? delivered / seconds : 0;
  }
}
