package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a program can see of the client, checked in as {@code client/api.txt}, so that nobody
 * changes it without seeing it. {@code mvn -pl client -am test -Dsluice.docs.update=true} renews
 * it.
 */
class ApiTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));
  private static final Path FILE = HOUSE.resolve("client/api.txt");

  /** Shared by the clients of several protocols, and for nobody else. */
  private static final String INSIDE = "io.sluice.client.line.";

  @Test
  void theApiIsTheOneThatIsCheckedIn() throws Exception {
    String api = print();
    if (Boolean.getBoolean("sluice.docs.update")) {
      Files.writeString(FILE, api);
    }
    assertThat(api).isEqualTo(Files.readString(FILE));
  }

  private static String print() throws Exception {
    List<String> lines = new ArrayList<>();
    Path root = HOUSE.resolve("client/target/classes");
    List<String> names;
    try (Stream<Path> files = Files.walk(root)) {
      names =
          files
              .map(file -> root.relativize(file).toString().replace('/', '.').replace('\\', '.'))
              .filter(name -> name.endsWith(".class") && !name.contains("package-info"))
              .map(name -> name.substring(0, name.length() - ".class".length()))
              .filter(name -> !name.startsWith(INSIDE))
              .sorted()
              .toList();
    }
    for (String name : names) {
      Class<?> type = Class.forName(name);
      if (isVisible(type)) {
        lines.add(head(type));
        members(type).forEach(line -> lines.add("  " + line));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return Modifier.isPublic(type.getModifiers())
        && !type.isAnonymousClass()
        && (outer == null || isVisible(outer));
  }

  private static String head(Class<?> type) {
    String kind =
        type.isInterface() ? "" : type.isEnum() ? "enum " : type.isRecord() ? "record " : "class ";
    String parents =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(Type::getTypeName)
            .filter(name -> !name.equals("java.lang.Object") && !name.equals("java.lang.Record"))
            .collect(Collectors.joining(", "));
    return Modifier.toString(type.getModifiers())
        + " "
        + kind
        + type.getName()
        + (parents.isEmpty() ? "" : " : " + parents);
  }

  private static TreeSet<String> members(Class<?> type) {
    TreeSet<String> lines = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        lines.add(field.toGenericString());
      }
    }
    Stream<Executable> executables =
        Stream.concat(
            Arrays.stream(type.getDeclaredConstructors()),
            Arrays.stream(type.getDeclaredMethods()));
    executables
        .filter(it -> Modifier.isPublic(it.getModifiers()) && !it.isSynthetic())
        .filter(it -> !(it instanceof Method method && method.isBridge()))
        .forEach(it -> lines.add(it.toGenericString()));
    return lines;
  }
}
