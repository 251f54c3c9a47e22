package io.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms keep their walls, and each wall stops who runs into it. */
class WallsTest {
  private static final List<Room> ROOMS = Room.BUILT;
  private static final String OFFENCES = "io.sluice.house.offence";

  @ParameterizedTest
  @FieldSource("ROOMS")
  void roomKeepsItsWalls(Room room) {
    JavaClasses classes = room.classes();
    for (ArchRule rule : Walls.of(room)) {
      rule.check(classes);
    }
  }

  @Test
  void soundCodeOffendsNothing() {
    Stream.of(
            Walls.importsOnly(OFFENCES),
            Walls.noOutsideWorld(),
            Walls.noClock(),
            Walls.noPrinting(),
            Walls.oneWriter(),
            Walls.noHoarding(),
            Walls.noCycles())
        .forEach(rule -> assertThat(violations(rule, "Sound")).as(rule.getDescription()).isEmpty());
  }

  static Stream<Arguments> offences() {
    return Stream.of(
        arguments("Library", Walls.importsOnly(OFFENCES)),
        arguments("Socket", Walls.noOutsideWorld()),
        arguments("File", Walls.noOutsideWorld()),
        arguments("Threads", Walls.noOutsideWorld()),
        arguments("Logger", Walls.noOutsideWorld()),
        arguments("Millis", Walls.noClock()),
        arguments("Now", Walls.noClock()),
        arguments("Sleeps", Walls.noClock()),
        arguments("Timeout", Walls.noClock()),
        arguments("Prints", Walls.noPrinting()),
        arguments("Writes", Walls.oneWriter()),
        arguments("Flushes", Walls.oneWriter()),
        arguments("Hoards", Walls.noHoarding()));
  }

  @ParameterizedTest
  @MethodSource("offences")
  void wallStops(String offender, ArchRule rule) {
    assertThat(violations(rule, offender)).isNotEmpty();
  }

  @Test
  void cycleIsFound() {
    JavaClasses all = new ClassFileImporter().importPackages(OFFENCES);
    assertThat(Walls.noCycles().evaluate(all).hasViolation()).isTrue();
  }

  private static List<String> violations(ArchRule rule, String offender) {
    JavaClasses one;
    try {
      one =
          new ClassFileImporter().importClasses(Class.forName(OFFENCES + ".Offences$" + offender));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return rule.evaluate(one).getFailureReport().getDetails();
  }
}
