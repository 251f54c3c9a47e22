package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real sockets have shown that the models had not. */
final class SeedReceiveLedgerTest {
  private static final long MILLI = 1_000_000;

  private static Moment at(long millis) {
    return new Moment(millis * MILLI, millis);
  }

  private static ReceiveLedger ledger(long announced) {
    HaipLimits limits = HaipLimits.DEFAULTS;
    return ReceiveLedger.seed(limits.seed(), limits.pressure(), announced, at(0));
  }

  @Test
  void aBalanceIsTrueWhenItIsNamedThoughTheAnswerIsPutOff() {
    ReceiveLedger ledger = ledger(1_000);
    ledger.ask(1_000, 1_000, at(1));
    ledger.charge(900, at(2));
    assertThat(ledger.handled(1, 900, at(3))).isEqualTo(new Credit(0, 1_000));
    assertThat(ledger.answer(at(4))).isNull();
    assertThat(ledger.units()).isEqualTo(1_100);
  }

  @Test
  void whatIsHandledPaysWhatWasOverdrawnThoughNobodyAsks() {
    ReceiveLedger ledger = ledger(1_000);
    for (int i = 0; i < 200; i++) {
      assertThat(ledger.charge(900, at(i))).isNotEqualTo(ReceiveLedger.Charge.VIOLATION);
      ledger.handled(1, 900, at(i));
    }
    assertThat(ledger.units()).isBetween(-900L, 1_000L);
  }

  /** Of the founding document's two sets of numbers one may hold twice as much as the other. */
  @ParameterizedTest
  @CsvSource({"1000, 10000", "2000, 20000", "10000, 20000"})
  void whoWaitsWithAllOfTheWindowMayHoldAsMuchAsItsKindHolds(long announced, long most) {
    ReceiveLedger ledger = ledger(announced);
    ledger.request(1_000, announced, at(1));
    long last = 1;
    while (ledger.dueNanos() != Long.MAX_VALUE) {
      last = ledger.dueNanos() / MILLI;
      Credit grant = ledger.tick(at(last));
      assertThat(grant == null ? 0 : grant.bytes()).isBetween(0L, 1_000L);
    }
    assertThat(ledger.units()).isEqualTo(most);
    assertThat(last).isLessThan(10_000);
  }
}
