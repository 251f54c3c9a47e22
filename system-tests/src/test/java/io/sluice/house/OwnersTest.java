package io.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/concurrency.md} names every owner, and nobody who is gone. */
class OwnersTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));
  private static final String OURS = "io.sluice.";

  /** One command each, with one thread or a harness of its own. */
  private static final Set<String> TOOLS = Set.of("cli", "bench");

  private static final Pattern NAME = Pattern.compile("`([a-z.]+\\.[A-Z][A-Za-z]*)`");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    // All there are: a list of its own would be one that somebody forgets.
    List<Path> folders =
        Room.BUILT.stream()
            .map(Room::name)
            .filter(room -> !TOOLS.contains(room))
            .map(room -> HOUSE.resolve(room).resolve("target/classes"))
            .toList();
    classes = new ClassFileImporter().importPaths(folders);
  }

  @Test
  void everyClassOfTheTableExists() throws Exception {
    Set<String> existing =
        classes.stream().map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed()).hasSizeGreaterThan(20).isSubsetOf(existing);
  }

  @Test
  void everyClassWithStateIsInTheTable() throws Exception {
    Set<String> stateful =
        classes.stream()
            .filter(OwnersTest::hasState)
            .map(type -> type.getName().replaceAll("\\$.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(stateful).hasSizeGreaterThan(20).isSubsetOf(listed());
  }

  /** The names in the first column of every row. */
  private static Set<String> listed() throws IOException {
    return Files.readAllLines(HOUSE.resolve("docs/concurrency.md")).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(1, line.indexOf('|', 1)))
        .flatMap(cell -> NAME.matcher(cell).results())
        .map(match -> OURS + match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean hasState(JavaClass type) {
    return type.getFields().stream().anyMatch(OwnersTest::isState);
  }

  private static boolean isState(JavaField field) {
    Set<JavaModifier> modifiers = field.getModifiers();
    return !modifiers.contains(JavaModifier.STATIC)
        && !modifiers.contains(JavaModifier.SYNTHETIC)
        && (!modifiers.contains(JavaModifier.FINAL)
            || field.getRawType().getPackageName().startsWith("java.util.concurrent"));
  }
}
