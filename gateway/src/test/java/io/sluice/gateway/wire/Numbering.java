package io.sluice.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.StampedMessages;
import io.sluice.model.StampedForm.Tail;
import java.util.ArrayList;
import java.util.List;

/** A protocol that numbers what it stamps. Owned by the test's thread. */
final class Numbering {
  /** What stands behind a head. */
  record Text(String text) implements Tail {}

  private final List<String> given = new ArrayList<>();
  private int unsettled;

  /** Every message that was given a number, with it. */
  List<String> given() {
    return given;
  }

  int cost(Tail tail) {
    return text(tail).length();
  }

  void stamp(Tail tail, StampedMessages into) {
    String head = (given.size() + 1) + ": ";
    byte[] bytes = ("__" + text(tail)).getBytes(UTF_8);
    byte[] room = (head + "of another").getBytes(UTF_8);
    into.message(false, room, head.length(), bytes, 2, bytes.length - 2);
    given.add(head + text(tail));
    unsettled++;
  }

  void stamped(int sent) {
    for (; unsettled > sent; unsettled--) {
      given.removeLast();
    }
    unsettled = 0;
  }

  private static String text(Tail tail) {
    return ((Text) tail).text();
  }
}
