import java.util.List;
import java.util.Map;
import me.normanmaurer.maven.autobahntestsuite.AutobahnTestSuite;
import me.normanmaurer.maven.autobahntestsuite.FuzzingCaseResult;

/**
 * Runs the Autobahn fuzzing client against a server and prints one line per case: name, behaviour,
 * behaviour on closing. Started from source in a JVM of its own and in no package, because Jython
 * takes every Java package called {@code io} for Python's module of that name.
 *
 * <p>Arguments: the server's URL, then comma-separated patterns of cases.
 */
public final class FuzzingClient {
  private FuzzingClient() {}

  public static void main(String[] args) throws Exception {
    List<FuzzingCaseResult> results =
        AutobahnTestSuite.runFuzzingClient(
            "sluice", args[0], Map.of(), List.of(args[1].split(",")), List.of());
    for (FuzzingCaseResult result : results) {
      System.out.println(
          "case " + result.caseName() + " " + result.behavior() + " " + result.behaviorClose());
    }
  }
}
