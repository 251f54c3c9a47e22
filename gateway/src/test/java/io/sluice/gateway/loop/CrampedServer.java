package io.sluice.gateway.loop;

import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.gateway.http.HttpSettings;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A server to be run in a process of its own that may open few files; it prints its port. */
final class CrampedServer {
  private CrampedServer() {}

  public static void main(String[] arguments) throws IOException {
    Limits limits = Limits.defaults(1 << 26);
    GatewayMeter meter = new GatewayMeter();
    Supplier<Moment> clock = () -> new Moment(System.nanoTime(), System.currentTimeMillis());
    HttpRoute pauses =
        HttpRoute.at(
            "GET",
            "/pauses",
            call -> HttpAnswer.of(200, "text/plain", meter.acceptPauses() + "\n").now());
    Gatehouse house =
        new Gatehouse(
            new HttpSettings(List.of(pauses), List.of(), false, Set.of()),
            (token, now) ->
                CompletableFuture.completedFuture(new TokenVerifier.Verdict.Rejected("never")),
            meter,
            limits);
    MemoryBroker broker =
        new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "epoch");
    GatewayServer server =
        new GatewayServer(
            new GatewaySettings(1, SocketKind.valueOf(arguments[0]), 256),
            house,
            limits,
            clock,
            (index, outlet, wake) ->
                new Lane(index, limits, TestPorts.of(limits, broker), outlet, wake),
            meter);
    System.out.println(server.bind(InetAddress.getLoopbackAddress(), 0).getPort());
    while (System.in.read() >= 0) {
      // Until the test closes the line.
    }
    server.stop();
  }
}
