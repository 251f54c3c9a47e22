package io.sluice.model.gates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The compiler's checks must bite. Each test compiles a few lines with the very words that the
 * build gives to javac for main code; what is wrong in them has to stop the compiler.
 */
class CanaryTest {
  private static final String CHECKS = System.getProperty("sluice.check.main");
  private static final Path ROOT = Path.of(System.getProperty("sluice.root"));

  @TempDir Path classes;

  @Test
  void soundCodeCompiles() {
    assertThat(
            compile("static int length(@Nullable String s) { return s == null ? 0 : s.length(); }"))
        .isEmpty();
  }

  @Test
  void nullDereferenceStopsTheBuild() {
    assertThat(compile("static int length(@Nullable String s) { return s.length(); }"))
        .contains("error: [NullAway]");
  }

  @Test
  void nullInsideGenericTypeStopsTheBuild() {
    assertThat(compile("static Box<String> box(Box<@Nullable String> b) { return b; }"))
        .contains("error: [NullAway]");
  }

  @Test
  void errorProneStopsTheBuild() {
    assertThat(compile("static boolean same(int[] a, int[] b) { return a.equals(b); }"))
        .contains("error: [ArrayEquals]");
  }

  @Test
  void unmarkedPackageStopsTheBuild() {
    assertThat(compile("package io.sluice.canary; class Canary {}", "Canary"))
        .contains("error: [RequireExplicitNullMarking]");
  }

  /** The words are only worth something where the compiler gets them, and no room declines. */
  @Test
  void everyRoomIsCompiledWithTheseChecks() throws IOException {
    assertThat(Files.readString(ROOT.resolve("pom.xml")))
        .contains("<arg>${check.main}</arg>", "<failOnWarning>true</failOnWarning>");
    try (var rooms = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
      for (Path room : rooms) {
        Path pom = room.resolve("pom.xml");
        if (Files.exists(pom)) {
          assertThat(Files.readString(pom))
              .as("%s", pom)
              .doesNotContain("combine.self", "<check.main>", "<id>default-compile</id>");
        }
      }
    }
  }

  private String compile(String member) {
    String source =
        """
        package io.sluice.canary;
        import org.jspecify.annotations.NullMarked;
        import org.jspecify.annotations.Nullable;
        @NullMarked
        final class Canary {
          %s
          record Box<T extends @Nullable Object>(T inside) {}
        }
        """
            .formatted(member);
    return compile(source, "Canary");
  }

  /** What javac had to say: nothing, if it was content. */
  private String compile(String source, String name) {
    String libraries = System.getProperty("surefire.test.class.path");
    StringWriter said = new StringWriter();
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    boolean content =
        javac
            .getTask(
                said,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-XDcompilePolicy=simple",
                    "--should-stop=ifError=FLOW",
                    "-d",
                    classes.toString(),
                    "-cp",
                    libraries,
                    "-processorpath",
                    libraries,
                    CHECKS),
                null,
                List.of(new Text(name, source)))
            .call();
    assertThat(said.toString().isEmpty()).isEqualTo(content);
    return said.toString();
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
