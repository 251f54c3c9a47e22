package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program on Java 21 can use the client, and gets no second network library with it. */
class BytecodeTest {
  private static final int JAVA_21 = 65;
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  @ParameterizedTest
  @ValueSource(strings = {"model", "protocol", "protocol-haip", "client"})
  void everyClassFileIsOfJava21(String room) throws Exception {
    List<Path> classes;
    try (Stream<Path> files = Files.walk(HOUSE.resolve(room + "/target/classes"))) {
      classes = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    assertThat(classes).hasSizeGreaterThan(10);
    for (Path file : classes) {
      try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
        assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
        assertThat(in.readUnsignedShort()).as("minor version of %s", file).isZero();
        assertThat(in.readUnsignedShort()).as("major version of %s", file).isEqualTo(JAVA_21);
      }
    }
  }

  @Test
  void noNettyTransportOrHandlerIsOnTheClassPath() {
    assertThat(System.getProperty("java.class.path").split(File.pathSeparator))
        .filteredOn(entry -> entry.contains("netty-"))
        .isNotEmpty()
        .allMatch(entry -> entry.matches(".*netty-(buffer|common)-[^/\\\\]*\\.jar"));
    for (String absent : List.of("io.netty.channel.Channel", "io.netty.handler.ssl.SslHandler")) {
      assertThat(ClassLoader.getSystemResource(absent.replace('.', '/') + ".class")).isNull();
    }
  }
}
