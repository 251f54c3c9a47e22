package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project of somebody else's uses the client from the local repository, with Maven, offline. That
 * repository is the running build's, seen through links, with our jars in the place of their own
 * that they would have after an install: the build's own is left as it was.
 */
@Timeout(180)
class ConsumerTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  @TempDir Path folder;

  @Test
  void aProjectOfSomebodyElsesUsesTheClient() throws Exception {
    Path repository = repository();
    Path project = folder.resolve("consumer");
    copy(HOUSE.resolve("system-tests/src/test/resources/consumer"), project);
    run(
        project,
        "mvn",
        "-o",
        "-q",
        "-B",
        "-Dmaven.repo.local=" + repository,
        "-Dmdep.outputFile=class-path",
        "compile",
        "dependency:build-classpath");
    String classPath = Files.readString(project.resolve("class-path"));
    assertThat(classPath).contains("sluice-client").doesNotContain("netty-transport", "handler");
    try (TestServer server = TestServer.start(Map.of())) {
      String said =
          run(
              project,
              JDK.resolve("bin/java").toString(),
              "-cp",
              "target/classes:" + classPath,
              "consumer.Main",
              "ws://127.0.0.1:" + server.port() + "/ws",
              server.token("ada"));
      assertThat(said).contains("1 {\"title\":\"Water the plants\"}");
    }
  }

  private Path repository() throws IOException {
    Path repository = Files.createDirectories(folder.resolve("repository"));
    Path real = Path.of(System.getProperty("localRepository"));
    link(real, repository, "io");
    link(real.resolve("io"), Files.createDirectory(repository.resolve("io")), "sluice");
    Path ours = repository.resolve("io/sluice");
    deploy(ours, "sluice-parent", HOUSE.resolve("pom.xml"));
    for (String room :
        List.of("model", "protocol", "protocol-haip", "protocol-visionflow", "client")) {
      Path place = deploy(ours, "sluice-" + room, HOUSE.resolve(room + "/pom.xml"));
      Path jar = place.resolve("sluice-" + room + "-" + VERSION + ".jar");
      pack(HOUSE.resolve(room + "/target/classes"), jar);
    }
    return repository;
  }

  private static void link(Path from, Path to, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(except)) {
          Files.createSymbolicLink(to.resolve(name), entry);
        }
      }
    }
  }

  private static Path deploy(Path ours, String artifact, Path pom) throws IOException {
    Path place = Files.createDirectories(ours.resolve(artifact).resolve(VERSION));
    Files.copy(pom, place.resolve(artifact + "-" + VERSION + ".pom"));
    return place;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path entry : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString()));
        Files.copy(entry, out);
        out.closeEntry();
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private String run(Path where, String... command) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", JDK.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
