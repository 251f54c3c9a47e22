package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page shows is Java that compiles against the client as it is. */
class ReadmeTest {
  private static final Path PAGE =
      Path.of(System.getProperty("sluice.root")).resolve("client/README.md");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyExampleCompiles() throws Exception {
    List<String> blocks =
        BLOCK.matcher(Files.readString(PAGE)).results().map(MatchResult::group).toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
    StringBuilder source =
        new StringBuilder(
            "import io.sluice.client.*;\n"
                + "import io.sluice.client.haip.*;\n"
                + "import io.sluice.model.*;\n"
                + "import java.util.*;\n"
                + "import java.util.concurrent.*;\n"
                + "class Examples {\n");
    for (int i = 0; i < blocks.size(); i++) {
      String block = blocks.get(i).substring("```java\n".length(), blocks.get(i).length() - 3);
      boolean own = block.contains("SluiceClient client =");
      source
          .append("  void example" + i + "(String url, String jwt, Position stored, ")
          .append(own ? "" : "SluiceClient client, ")
          .append("Flow.Subscriber<Message> subscriber) {\n")
          .append(block)
          .append("  }\n");
    }
    assertThat(compile(source.append("}\n").toString())).isEmpty();
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
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    boolean good = compiler.getTask(errors, null, null, options, null, List.of(file)).call();
    return good ? "" : errors.toString();
  }
}
