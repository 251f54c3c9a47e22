package io.sluice.gateway.http;

import static io.sluice.gateway.http.Station.UPGRADE;
import static io.sluice.gateway.http.Station.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That there is a way to each reason for a refusal; a new one does not compile without its way. */
class RefusalTest {
  /** Where connections come from: a proxy, where its word is to be doubted. */
  private static final String PEER = "192.0.2.1";

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void everyReasonCanBeReachedAndIsCountedOnce(Refusal refusal) {
    Station station =
        new Station(
            limits(refusal),
            refusal == Refusal.BAD_HOST,
            refusal == Refusal.BAD_FORWARDED ? PEER : "");
    String answer = provoke(station, refusal);
    assertThat(answer).startsWith("HTTP/1.1 " + refusal.status() + " ");
    assertThat(answer).contains("\"code\":\"" + refusal.text() + "\"");
    assertThat(station.meter.refused(refusal)).isEqualTo(1);
  }

  private static Limits limits(Refusal refusal) {
    int perAddress = refusal == Refusal.ADDRESS_LIMIT ? 0 : 10;
    int perUser = refusal == Refusal.USER_LIMIT ? 0 : 10;
    return Station.limits(
        all ->
            Station.with(
                all,
                new Limits.Connections(
                    10, perAddress, perUser, 256, Duration.ofSeconds(10), Duration.ofSeconds(30))));
  }

  private static String provoke(Station station, Refusal refusal) {
    return switch (refusal) {
      case BAD_REQUEST -> station.ask("\r\nnothing\r\n\r\n");
      case BAD_UPGRADE -> station.ask(UPGRADE.replace("Upgrade: websocket\r\n", ""));
      case BAD_PATH -> station.ask(get("/.."));
      case BAD_FORWARDED -> station.ask(get("/").replace("Host", "X-Forwarded-For: me\r\nHost"));
      case NO_TOKEN -> station.ask(UPGRADE.replace("good", ""));
      case BAD_TOKEN -> station.ask(UPGRADE.replace("good", "bad"));
      case BAD_API_KEY -> station.ask(get("/keyless"));
      case BUSY -> station.ask(get("/busy"));
      case BAD_ORIGIN -> station.ask(UPGRADE.replace("\r\n\r\n", "\r\nOrigin: null\r\n\r\n"));
      case BAD_HOST, STOPPING -> stopped(station, refusal == Refusal.STOPPING);
      case NOT_FOUND -> station.ask(get("/nowhere"));
      case METHOD -> station.ask(get("/echo"));
      case SLOW -> slow(station);
      case BODY_TOO_LARGE -> station.ask(length("1048577"));
      case URI_TOO_LONG -> station.ask(get("/" + "a".repeat(8 << 10)));
      case NOT_AN_UPGRADE -> station.ask(get("/ws?token=good"));
      case HEADERS_TOO_LARGE -> station.ask(length("0".repeat(16 << 10)));
      case ADDRESS_LIMIT -> Station.take(station.connect());
      case USER_LIMIT -> station.ask(UPGRADE);
      case INTERNAL -> station.ask(get("/throws"));
      case OVERLOAD -> crowded(station);
    };
  }

  private static String length(String length) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static String stopped(Station station, boolean stop) {
    if (stop) {
      station.house.stop();
    }
    return station.ask(UPGRADE);
  }

  private static String slow(Station station) {
    EmbeddedChannel channel = station.connect();
    station.pass(Duration.ofSeconds(10));
    return Station.take(channel);
  }

  private static String crowded(Station station) {
    for (int i = 0; i < 10; i++) {
      station.connect("192.0.2." + i);
    }
    return Station.take(station.connect("192.0.2.77"));
  }
}
