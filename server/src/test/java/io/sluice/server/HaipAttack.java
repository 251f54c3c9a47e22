package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/** A server whose agent echoes, those who attack it, and somebody healthy beside them. */
abstract class HaipAttack extends HaipHouse {
  @Override
  Map<String, String> given() {
    return Map.of("haip.agent", "echo");
  }

  /** Who speaks the official grammar, and takes as much as there is. */
  final HaipPerson official() {
    return greeted(person().official(1_000, 1 << 20));
  }

  /** Who speaks as the founding document's client does. */
  final HaipPerson seed() {
    return greeted(person().seed());
  }

  static HaipPerson greeted(HaipPerson person) {
    assertThat(person.next("HAI").get("session").asString()).isEqualTo(person.session);
    return person;
  }

  /** Connections go to the two lanes by turns: so whoever attacks shares one with a neighbour. */
  final HaipNeighbour neighbour() throws InterruptedException {
    return new HaipNeighbour(person("eve", HaipPerson.id()), person("eve", HaipPerson.id()));
  }
}
