package io.sluice.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;

/** The races, run by jcstress: in a build half a second each, with {@code -Praces-long} long. */
class RacesTest {
  private static final String CONTROLS = WrongOrders.class.getName() + ".";
  private static final String RUNNER = "_jcstress.class";

  /** On a busy machine a control may get away once, not every time. */
  private static final int CONTROL_RUNS = 5;

  private static List<TestResult> results;
  private static final Set<String> caught = new TreeSet<>();

  @BeforeAll
  static void race() throws Exception {
    List<String> options = List.of(System.getProperty("races.options").split(" "));
    results = new Harness(Path.of("target", "jcstress")).run(options);
    note(results);
    List<String> again = new ArrayList<>(List.of("-t", WrongOrders.class.getSimpleName()));
    again.addAll(options);
    for (int run = 1; run < CONTROL_RUNS && caught.size() < controls().size(); run++) {
      note(new Harness(Path.of("target", "jcstress-controls")).run(again));
    }
  }

  private static void note(List<TestResult> run) {
    run.stream()
        .filter(result -> isControl(result) && !result.grading().isPassed)
        .filter(result -> result.status() == Status.NORMAL && result.getCount("0, false") > 0)
        .forEach(result -> caught.add(result.getName()));
  }

  private static Set<String> controls() {
    return results.stream()
        .filter(RacesTest::isControl)
        .map(TestResult::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyRaceWasRun() throws Exception {
    Set<String> compiled = compiledRaces();
    assertThat(compiled).hasSizeGreaterThan(10);
    assertThat(results.stream().map(TestResult::getName).collect(Collectors.toSet()))
        .isEqualTo(compiled);
  }

  @Test
  void everyRaceEndsInAnAcceptableOutcome() {
    assertThat(results)
        .filteredOn(result -> !isControl(result))
        .isNotEmpty()
        .allSatisfy(
            result -> {
              assertThat(result.status()).as(result::getName).isEqualTo(Status.NORMAL);
              assertThat(result.grading().isPassed).as(() -> describe(result)).isTrue();
              assertThat(result.getTotalCount()).as(result::getName).isPositive();
            });
  }

  @Test
  void wrongOrdersAreCaught() {
    assertThat(controls()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(caught).isEqualTo(controls());
  }

  private static boolean isControl(TestResult result) {
    return result.getName().startsWith(CONTROLS);
  }

  private static String describe(TestResult result) {
    TreeMap<String, Long> counts = new TreeMap<>();
    result.getStateKeys().forEach(state -> counts.put(state, result.getCount(state)));
    return result.getName() + " " + counts + " " + result.grading().failureMessages;
  }

  /** By the runners that the annotation processor wrote beside the compiled races. */
  private static Set<String> compiledRaces() throws IOException, URISyntaxException {
    Path classes =
        Path.of(RacesTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(RUNNER))
          .map(file -> file.substring(0, file.length() - RUNNER.length()))
          .map(name -> name.replace('/', '.').replace('_', '.'))
          .collect(Collectors.toSet());
    }
  }
}
