package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.http.Census.Arrival;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CensusTest {
  private static final int TOTAL = 40;
  private static final int PER_ADDRESS = 8;
  private static final int PER_USER = 5;

  private final Census census =
      new Census(
          new Limits.Connections(
              TOTAL, PER_ADDRESS, PER_USER, 256, Duration.ofSeconds(1), Duration.ofSeconds(1)));

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** A connection as the model beside the census knows it. */
  private record Known(Census.Visit visit, String address, String user) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whoeverComesIsReleasedExactlyOnceHoweverOftenItLeaves(long seed) {
    Random random = new Random(seed);
    List<Known> here = new ArrayList<>();
    List<Known> gone = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> arrive(random, here);
        case 2 -> leave(random, here, gone);
        default -> {
          if (!gone.isEmpty()) {
            gone.get(random.nextInt(gone.size())).visit().leave();
          }
        }
      }
      assertThat(census.total()).as("seed %s step %s", seed, step).isEqualTo(here.size());
    }
    assertThat(census.addresses()).isEqualTo(distinct(here).size());
    here.forEach(known -> known.visit().leave());
    assertThat(census.total()).as("seed %s", seed).isZero();
    assertThat(census.addresses()).as("seed %s", seed).isZero();
    assertThat(census.users()).as("seed %s", seed).isZero();
  }

  private static Map<String, Integer> distinct(List<Known> here) {
    Map<String, Integer> counts = new HashMap<>();
    here.forEach(known -> counts.merge(known.address(), 1, Integer::sum));
    return counts;
  }

  private void arrive(Random random, List<Known> here) {
    String address = "192.0.2." + random.nextInt(8);
    String user = "user" + random.nextInt(6);
    long fromThere = here.stream().filter(known -> known.address().equals(address)).count();
    long ofUser = here.stream().filter(known -> known.user().equals(user)).count();
    switch (census.arrive(address(address))) {
      case Arrival.Full full ->
          assertThat(full.refusal())
              .isEqualTo(here.size() == TOTAL ? Refusal.OVERLOAD : Refusal.ADDRESS_LIMIT);
      case Arrival.Admitted admitted -> {
        assertThat(fromThere).isLessThan(PER_ADDRESS);
        boolean counted = random.nextBoolean();
        if (counted) {
          assertThat(admitted.visit().belongsTo(user)).isEqualTo(ofUser < PER_USER);
        }
        boolean known = counted && ofUser < PER_USER;
        here.add(new Known(admitted.visit(), address, known ? user : ""));
      }
    }
  }

  private static void leave(Random random, List<Known> here, List<Known> gone) {
    if (!here.isEmpty()) {
      Known known = here.remove(random.nextInt(here.size()));
      known.visit().leave();
      gone.add(known);
    }
  }

  @Test
  void threadsThatReleaseTheSameVisitReleaseItOnce() {
    InetAddress address = address("192.0.2.1");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 2_000; round++) {
        Census.Visit visit = ((Arrival.Admitted) census.arrive(address)).visit();
        assertThat(visit.belongsTo("u")).isTrue();
        CompletableFuture<?>[] leaving = new CompletableFuture<?>[3];
        for (int i = 0; i < leaving.length; i++) {
          leaving[i] = CompletableFuture.runAsync(visit::leave, threads);
        }
        CompletableFuture.allOf(leaving).join();
        assertThat(census.total()).isZero();
      }
    }
    assertThat(census.addresses()).isZero();
    assertThat(census.users()).isZero();
  }

  @Test
  void aVisitThatIsOverOrCountedBelongsToNobodyElse() {
    Census.Visit visit = ((Arrival.Admitted) census.arrive(null)).visit();
    assertThat(visit.belongsTo("u")).isTrue();
    assertThatThrownBy(() -> visit.belongsTo("v")).isInstanceOf(IllegalStateException.class);
    visit.leave();
    assertThat(census.users()).isZero();
  }

  @Test
  void anIpv6NetworkOf64BitsIsOneAddress() {
    AddressKey key = AddressKey.of(address("2001:db8:1:2::1"));
    assertThat(AddressKey.of(address("2001:db8:1:2:ffff:ffff:ffff:ffff"))).isEqualTo(key);
    assertThat(AddressKey.of(address("2001:db8:1:3::1"))).isNotEqualTo(key);
    assertThat(AddressKey.of(address("1.2.3.4"))).isNotEqualTo(AddressKey.of(address("1.2.3.5")));
  }

  @Test
  void anIpv4AddressInIpv6ClothesIsThatAddress() throws UnknownHostException {
    byte[] bytes = new byte[16];
    bytes[10] = -1;
    bytes[11] = -1;
    bytes[12] = 127;
    bytes[15] = 1;
    InetAddress mapped = Inet6Address.getByAddress(null, bytes, -1);
    assertThat(mapped).isInstanceOf(Inet6Address.class);
    assertThat(AddressKey.of(mapped)).isEqualTo(AddressKey.of(address("127.0.0.1")));
    assertThat(AddressKey.isLoopback(mapped)).isTrue();
    assertThat(AddressKey.isLoopback(address("::1"))).isTrue();
    assertThat(AddressKey.isLoopback(address("128.0.0.1"))).isFalse();
  }
}
