package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.http.Client;
import io.sluice.model.CloseReason;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That there is a way to each reason for an end; a new one does not compile without its way. */
class CloseReasonTest {
  @ParameterizedTest
  @EnumSource(
      value = CloseReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DONE", "TRY_LATER"})
  void everyReasonCanBeReachedAndIsCountedOnce(CloseReason reason) throws Exception {
    try (EndingHouse house = new EndingHouse();
        Client client = connect(house, reason)) {
      CompletableFuture<Void> stop = provoke(house, client, reason);
      switch (reason) {
        case LOST -> {}
        case RESET ->
            assertThatThrownBy(client::readFrame)
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        default -> assertThat(EndingHouse.readClose(client).closeCode()).isEqualTo(reason.code());
      }
      client.hangUp();
      stop.join();
      await().until(() -> house.meter.closed(reason) > 0);
      for (CloseReason any : CloseReason.values()) {
        assertThat(house.meter.closed(any)).as(any.text()).isEqualTo(any == reason ? 1 : 0);
      }
    }
  }

  private static Client connect(EndingHouse house, CloseReason reason) throws IOException {
    return switch (reason) {
      case INTERNAL -> house.connectToBroken();
      case EXPIRED -> house.connect(EndingHouse.BRIEF);
      case DONE, TRY_LATER -> throw new AssertionError("no WebSocket of Nexus ends so");
      case PEER,
          PROTOCOL,
          UNSUPPORTED_DATA,
          ENCODING,
          POLICY,
          TOO_BIG,
          RESTART,
          IDLE,
          SLOW,
          TAKEN_OVER,
          DISCONNECTED,
          RESET,
          LOST ->
          house.connect("alice");
    };
  }

  /** What brings it about; done when everything that does is over. */
  private static CompletableFuture<Void> provoke(
      EndingHouse house, Client client, CloseReason reason) throws IOException {
    switch (reason) {
      case PEER -> client.send(Client.frame(0x88, new byte[] {3, (byte) 0xE8}));
      case PROTOCOL -> client.send(Client.frame(0xC8, new byte[0]));
      case UNSUPPORTED_DATA -> client.send(Client.frame(0x82, new byte[1]));
      case ENCODING -> client.send(Client.frame(0x81, new byte[] {(byte) 0xFF}));
      case POLICY -> {
        for (int i = 0; i <= EndingHouse.CONTROL_FRAMES; i++) {
          client.send(Client.frame(0x89, new byte[0]));
        }
      }
      case TOO_BIG -> client.send(Client.frame(0x81, new byte[EndingHouse.MESSAGE_BYTES + 1]));
      case INTERNAL -> client.send(Client.text("anything"));
      case RESTART -> {
        return CompletableFuture.runAsync(house::stop);
      }
      case TAKEN_OVER, DISCONNECTED, RESET ->
          assertThat(house.disconnect("alice", reason)).isEqualTo(1);
      case SLOW -> {
        client.send(
            Client.text(
                "{\"action\":\"subscribe\",\"channel\":\"c\",\"policy\":\"disconnect\","
                    + "\"credits\":{\"messages\":0}}"));
        client.send(Client.text("{\"action\":\"publish\",\"channel\":\"c\",\"payload\":1}"));
      }
      case LOST -> client.hangUp();
      case IDLE, EXPIRED, DONE, TRY_LATER -> {
        // Time alone.
      }
    }
    return CompletableFuture.completedFuture(null);
  }
}
