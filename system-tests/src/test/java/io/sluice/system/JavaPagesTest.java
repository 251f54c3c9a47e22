package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages for Java's programmers show is Java that compiles, without a warning. */
class JavaPagesTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  private static List<String> examples(String page) throws Exception {
    Path path = Path.of(System.getProperty("sluice.root")).resolve(page);
    return BLOCK.matcher(Files.readString(path)).results().map(it -> it.group(1)).toList();
  }

  /** Its examples are what stands in a method. */
  @Test
  void theClientsPageCompiles() throws Exception {
    List<String> examples = examples("client/README.md");
    assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
    StringBuilder source =
        new StringBuilder(
            "import io.sluice.client.*;\n"
                + "import io.sluice.client.haip.*;\n"
                + "import io.sluice.client.visionflow.*;\n"
                + "import io.sluice.protocol.visionflow.NodeForm;\n"
                + "import io.sluice.model.*;\n"
                + "import java.util.*;\n"
                + "import java.util.concurrent.*;\n"
                + "class Examples {\n");
    for (String example : examples) {
      boolean own = example.contains("SluiceClient client =");
      source
          .append("  void example" + source.length())
          .append("(String url, String jwt, Position stored, ")
          .append(own ? "" : "SluiceClient client, ")
          .append("Flow.Subscriber<Message> subscriber) {\n" + example + "  }\n");
    }
    assertThat(compile(source.append("}\n").toString())).isEmpty();
  }

  /** Its examples are classes. */
  @Test
  void theAgentsPageCompiles() throws Exception {
    List<String> examples = examples("docs/agents.md");
    assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
    String source =
        "import io.sluice.services.agents.*;\nimport java.time.*;\nimport java.util.*;\n"
            + String.join("", examples);
    assertThat(compile(source)).isEmpty();
  }

  @Test
  void whatVisionFlowsPageShowsCompiles() throws Exception {
    List<String> examples = examples("docs/protocols/visionflow.md");
    assertThat(examples).hasSize(1);
    String source =
        "import io.sluice.model.*;\n"
            + "import io.sluice.server.*;\n"
            + "import io.sluice.services.graph.*;\n"
            + "import java.util.*;\n"
            + "class Example {\n"
            + "  void run() throws Exception {\n"
            + examples.getFirst()
            + "  }\n}\n";
    assertThat(compile(source)).isEmpty();
  }

  @Test
  void whatIsNoJavaDoesNot() {
    assertThat(compile("class Wrong { int nothing() {} }")).isNotEmpty();
  }

  private String compile(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///Examples.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-d",
            folder.toString(),
            "-proc:none",
            "-Xlint:all,-classfile,-path,-try",
            "-cp",
            System.getProperty("java.class.path"));
    boolean _ = compiler.getTask(errors, null, null, options, null, List.of(file)).call();
    return errors.toString();
  }
}
