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

  private static Credit run(ReceiveLedger ledger, long from, long to) {
    long granted = 0;
    for (long now = from; now <= to; now++) {
      Credit grant = ledger.tick(at(now));
      granted += grant == null ? 0 : grant.bytes();
    }
    return new Credit(0, granted);
  }

  /** A balance of 300 of which 200 are spent again and again, under a window lowered to 500. */
  private static ReceiveLedger reduced() {
    ReceiveLedger ledger = ledger(300);
    ledger.reduce(9_500);
    return ledger;
  }

  @Test
  void whatWasGivenBackIsNotGrantedAgainToWhoWaitsForNoMore() {
    ReceiveLedger ledger = reduced();
    assertThat(ledger.request(200, 300, at(1))).isEqualTo(new Credit(0, 200));
    long now = 1;
    for (int i = 0; i < 50; i++) {
      ledger.charge(200, at(++now));
      ledger.handled(1, 200, at(now));
      run(ledger, now, now + 900);
      now += 900;
      assertThat(ledger.units()).isEqualTo(500);
    }
    ledger.widen(at(now));
    assertThat(ledger.windowUnits()).isEqualTo(500);
  }

  @Test
  void whoAsksForMoreThanItLeftIsGrantedThat() {
    ReceiveLedger ledger = reduced();
    ledger.request(700, 300, at(1));
    run(ledger, 2, 900);
    assertThat(ledger.units()).isEqualTo(1_000);
    assertThat(ledger.windowUnits()).isEqualTo(1_000);
  }

  /** The message that waits may be larger than all that was left; behind it that counts again. */
  @Test
  void whoWaitsWithAllThatItLeftIsGrantedMoreUntilItSends() {
    ReceiveLedger ledger = reduced();
    ledger.request(200, 300, at(1));
    run(ledger, 2, 9_000);
    assertThat(ledger.units()).isGreaterThanOrEqualTo(10_000 - 1_000).isLessThanOrEqualTo(10_000);
    ledger.charge(ledger.units(), at(9_001));
    assertThat(ledger.windowUnits()).isEqualTo(500);
  }

  /** The founding document's adaptive client does so, at every look at a channel that waits. */
  @ParameterizedTest
  @CsvSource({"1000, 10000, 4000", "2000, 16000, 8000"})
  void whoWaitsAndGivesBackAllTheWhileHasWhatItsMessageNeedsInSeconds(
      long announced, long needs, long withinMillis) {
    ReceiveLedger ledger = ledger(announced);
    assertThat(ledger.request(1_000, announced, at(1))).isEqualTo(new Credit(0, 1_000));
    long balance = announced + 1_000;
    long now = 1;
    while (balance < needs) {
      Credit grant = ledger.tick(at(++now));
      balance += grant == null ? 0 : grant.bytes();
      if (now % 100 == 0) {
        ledger.reduce(balance / 5);
      }
      assertThat(now).as("balance %d", balance).isLessThan(withinMillis);
    }
    ledger.charge(needs, at(++now));
    assertThat(ledger.windowUnits()).isLessThan(1_000);
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
