package io.sluice.mutants;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The main class of a JVM that runs the tests it is named, and says by its exit how they went. */
final class NamedTests {
  /** Every one of them passed. */
  static final int GREEN = 0;

  /** Every one of them was run, and some failed. */
  static final int RED = 10;

  /** They were not all run, or one fell over instead of asserting: nothing is proven. */
  static final int NOTHING = 11;

  private NamedTests() {}

  /**
   * Runs tests.
   *
   * @param names each {@code class#method}
   */
  public static void main(String[] names) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherConfig plain =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                Arrays.stream(names)
                    .map(DiscoverySelectors::selectMethod)
                    .toArray(DiscoverySelector[]::new))
            .build();
    LauncherFactory.create(plain).execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    report(summary, System.out);
    System.exit(verdict(summary, names.length));
  }

  private static void report(TestExecutionSummary summary, PrintStream out) {
    summary.printTo(new PrintWriter(out, true));
    summary.printFailuresTo(new PrintWriter(out, true), 20);
  }

  private static int verdict(TestExecutionSummary summary, int wanted) {
    boolean fell =
        summary.getFailures().stream()
            .anyMatch(failure -> !(failure.getException() instanceof AssertionError));
    long ran = summary.getTestsSucceededCount() + summary.getTestsFailedCount();
    if (fell || ran < wanted) {
      return NOTHING;
    }
    return summary.getTestsFailedCount() == 0 ? GREEN : RED;
  }
}
