package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.http.Client;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That each rule can be broken, is named to the peer and counted by its own name. */
class ViolationTest {
  private static final String MASK = "00000000";

  @ParameterizedTest
  @EnumSource(Violation.class)
  void everyRuleThatIsBrokenIsNamedInTheCloseAndCountedOnce(Violation violation) throws Exception {
    try (EndingHouse house = new EndingHouse();
        Client client = house.connect("alice")) {
      client.send(HexFormat.of().parseHex(provoking(violation)));
      assertThat(EndingHouse.readClose(client))
          .hasToString("close " + violation.closeCode() + " " + violation.reason());
      client.hangUp();
      await().until(() -> house.meter.closed(coarse(violation)) == 1);
      for (Violation any : Violation.values()) {
        assertThat(house.meter.violations(any))
            .as(any.reason())
            .isEqualTo(any == violation ? 1 : 0);
      }
    }
  }

  private static CloseReason coarse(Violation violation) {
    return switch (violation.closeCode()) {
      case 1002 -> CloseReason.PROTOCOL;
      case 1007 -> CloseReason.ENCODING;
      case 1008 -> CloseReason.POLICY;
      case 1009 -> CloseReason.TOO_BIG;
      default -> throw new AssertionError(violation);
    };
  }

  /** Bytes in hexadecimal, masked with zeros. */
  private static String provoking(Violation violation) {
    return switch (violation) {
      case RESERVED_BITS -> "a180" + MASK;
      case RESERVED_OPCODE -> "8380" + MASK;
      case NOT_MASKED -> "8100";
      case CONTROL_FRAGMENTED -> "0980" + MASK;
      case CONTROL_TOO_LONG -> "89fe007e" + MASK;
      case LENGTH_NOT_MINIMAL -> "81fe0001" + MASK;
      case LENGTH_TOP_BIT -> "81ff8000000000000000" + MASK;
      case CONTINUATION_WITHOUT_START -> "8080" + MASK;
      case MESSAGE_INSIDE_MESSAGE -> "0180" + MASK + "8180" + MASK;
      case CLOSE_TRUNCATED -> "8881" + MASK + "03";
      case CLOSE_CODE -> "8882" + MASK + "03ed";
      case CLOSE_ENCODING -> "8883" + MASK + "03e8ff";
      case TEXT_ENCODING -> "8181" + MASK + "ff";
      case DEFLATE_CORRUPT -> "c181" + MASK + "07";
      case MESSAGE_TOO_BIG -> "81fe03e9" + MASK;
      case FRAME_FLOOD -> "0180" + MASK + ("0080" + MASK).repeat(EndingHouse.FRAMES_PER_MESSAGE);
      case CONTROL_FLOOD -> ("8980" + MASK).repeat(EndingHouse.CONTROL_FRAMES + 1);
      case MESSAGE_OVERDUE -> "81";
    };
  }
}
