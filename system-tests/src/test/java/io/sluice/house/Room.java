package io.sluice.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A room of the house: its folder, its root package, its compiled main classes. */
record Room(String name) {
  /** The rooms that have code. A room that gets its first class is added here. */
  static final List<Room> BUILT =
      Stream.of(
              "model",
              "protocol",
              "protocol-haip",
              "protocol-visionflow",
              "core",
              "gateway",
              "gateway-haip",
              "gateway-visionflow",
              "client",
              "services",
              "services-agents",
              "services-graph",
              "admin",
              "server",
              "cli",
              "bench")
          .map(Room::new)
          .toList();

  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  /** Every folder of the house that has main code, whether or not anybody listed it. */
  static List<Room> withSources() {
    try (var folders = Files.list(HOUSE)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> new Room(folder.getFileName().toString()))
          .filter(room -> room.countSources() > 0)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long countSources() {
    Path sources = HOUSE.resolve(name).resolve("src/main/java");
    if (!Files.exists(sources)) {
      return 0;
    }
    try (var files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JavaClasses classes() {
    return new ClassFileImporter().importPath(HOUSE.resolve(name).resolve("target/classes"));
  }

  String rootPackage() {
    return "io.sluice." + name.replace('-', '.');
  }

  @Override
  public String toString() {
    return name;
  }
}
