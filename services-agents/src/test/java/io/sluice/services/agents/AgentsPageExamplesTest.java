package io.sluice.services.agents;

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

/** What the page shows is Java that compiles against the agents as they are. */
class AgentsPageExamplesTest {
  private static final Path PAGE =
      Path.of(System.getProperty("sluice.root")).resolve("docs/agents.md");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyExampleCompilesWithoutAWarning() throws Exception {
    List<MatchResult> blocks = BLOCK.matcher(Files.readString(PAGE)).results().toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    StringBuilder source =
        new StringBuilder(
            "import io.sluice.services.agents.*;\nimport java.time.*;\nimport java.util.*;\n");
    blocks.forEach(block -> source.append(block.group(1)));
    assertThat(compile(source.toString())).isEmpty();
    assertThat(compile(source + "class Wrong implements Agent { int heard() {} }")).isNotEmpty();
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
            "-Xlint:all,-classfile,-path",
            "-cp",
            System.getProperty("java.class.path"));
    boolean _ = compiler.getTask(errors, null, null, options, null, List.of(file)).call();
    return errors.toString();
  }
}
