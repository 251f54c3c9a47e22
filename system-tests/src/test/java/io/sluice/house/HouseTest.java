package io.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** No room is forgotten, so that no rule holds because it looked at nothing. */
class HouseTest {
  @Test
  void everyBuiltRoomHasItsClasses() {
    for (Room room : Room.BUILT) {
      assertThat(room.countSources()).as("sources of %s", room).isPositive();
      assertThat(room.classes().size())
          .as("classes of %s", room)
          .isGreaterThanOrEqualTo((int) room.countSources());
    }
  }

  @Test
  void everyRoomWithCodeIsListed() {
    assertThat(Room.withSources()).containsExactlyInAnyOrderElementsOf(Room.BUILT);
  }

  @Test
  void everyClassLivesInItsRoomsPackage() {
    for (Room room : Room.BUILT) {
      assertThat(room.classes())
          .as("classes of %s", room)
          .allSatisfy(
              type -> assertThat(type.getPackageName() + ".").startsWith(room.rootPackage() + "."));
    }
  }
}
