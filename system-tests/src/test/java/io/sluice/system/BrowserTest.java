package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The playground and the JavaScript client in a real Chromium, one for all tests. What each
 * scenario does stands under its name in {@code src/test/node/browser}; every one of them also
 * fails on an error in the console, a breach of the page's policy, or a request to elsewhere.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
  private Terminal chromium;

  @BeforeAll
  void openTheBrowser() throws Exception {
    chromium = Terminal.node("browser/run.mjs");
    chromium.await("ready Chromium");
  }

  @AfterAll
  void closeTheBrowser() throws Exception {
    try (Terminal browser = chromium) {
      browser.type("end");
      assertThat(browser.exitCode(30)).as(() -> browser.seen().toString()).isZero();
    }
  }

  @Test
  void theReadyLinkConnectsAndWhatIsPublishedComesToBothReaders() throws Exception {
    play("opens");
  }

  @Test
  void aCutLineComesBackWithWhatOthersPublishedMeanwhileAndNoHole() throws Exception {
    play("recovers");
  }

  @Test
  void whatTheLogCouldNotKeepIsShownAsAGap() throws Exception {
    String shortLogs = "channels:\n  - pattern: playground\n    log: {messages: 2}\n";
    try (TestServer server = TestServer.start(Map.of(), shortLogs)) {
      play("tellsGaps", server);
    }
  }

  @Test
  void aHoleThatTheServerDoesNotNameIsNoticed() throws Exception {
    play("noticesAHoleByItself");
  }

  @Test
  void filterAndCreditHoldUntilTheReaderReadsOn() throws Exception {
    play("meters");
  }

  @Test
  void aSlowReaderOfTheLatestGetsTheNewestOfEachKey() throws Exception {
    play("conflates");
  }

  @Test
  void aSlowReaderThatMayMissTheOldestIsShownWhatItMissed() throws Exception {
    String close = "channels:\n  - pattern: playground\n    drop-oldest: {messages: 3}\n";
    try (TestServer server = TestServer.start(Map.of(), close)) {
      play("dropsTheOldest", server);
    }
  }

  @Test
  void aReaderThatStandsStillHoldsThePublisherUntilItReadsOn() throws Exception {
    String held =
        "channels:\n  - pattern: playground.hold\n    hold: {enabled: true, bytes: 32KiB}\n";
    try (TestServer server = TestServer.start(Map.of(), held)) {
      play("holdsThePublisher", server);
    }
  }

  @Test
  void presenceAndHistoryAreShown() throws Exception {
    play("knowsWhoIsHere");
  }

  @Test
  void aRefusedTokenIsExplainedAndAnotherTaken() throws Exception {
    play("saysWhyAndAsksForAnother");
  }

  @Test
  void dataIsNeverTakenForMarkup() throws Exception {
    play("takesNothingForMarkup");
  }

  @Test
  void aThousandMessagesASecondLeaveThePageBoundedAndAlive() throws Exception {
    play("staysBounded");
  }

  @Test
  void lightAndDarkFollowTheSystemOrTheSwitch() throws Exception {
    play("fitsTheEyes");
  }

  @Test
  void nothingMovesForThoseWhoWantNoMotion() throws Exception {
    play("restsWhereMotionIsUnwelcome");
  }

  @Test
  void aPhoneNeverScrollsSideways() throws Exception {
    play("fitsAPhone");
  }

  @Test
  void everythingCanBeDoneWithTheKeyboard() throws Exception {
    play("needsNoMouse");
  }

  @Test
  void everythingThatTakesTheFocusHasAName() throws Exception {
    play("hasNamesForEverything");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "streamsTheAnswer",
        "comesOutWholeAfterACut",
        "creditFallsAndIsRenewed",
        "pauseStopsAndResumes"
      })
  void theChatShowsWhatTheAgentSaysAtThePersonsPace(String scenario) throws Exception {
    try (TestServer server = TestServer.start(Map.of("haip.agent", "demo"))) {
      play(scenario, server);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drawsTheLiveGraph",
        "drawsAgainWhenTheGraphicsComeBack",
        "drawsWithoutWebgl",
        "slowsAndRecovers",
        "pullsANodeThatOthersSee"
      })
  void theLiveGraphIsDrawnTurnedPulledAndSlowed(String scenario) throws Exception {
    try (TestServer server = TestServer.start(Map.of("visionflow.demo", "true"))) {
      play(scenario, server);
    }
  }

  @Test
  void aTokenThatMayNotWatchTheLiveGraphIsKeptForWhatItMayDo() throws Exception {
    try (TestServer server = TestServer.start(Map.of("visionflow.demo", "true"))) {
      play("keepsATokenThatIsGoodElsewhere", server, server.narrow("ada", "playground"));
    }
  }

  @Test
  void whereNoGraphLivesThePageSaysHowToStartOne() throws Exception {
    play("saysHowToStartTheLiveGraph");
  }

  @Test
  void theClientReadsInALoopWithinItsCredit() throws Exception {
    play("clientReadsByCreditInALoop");
  }

  @Test
  void theClientComesBackAfterACutInOrder() throws Exception {
    play("clientComesBackAfterACut");
  }

  @Test
  void theClientLearnsWhyItWasRefused() throws Exception {
    play("clientSaysWhyItWasRefused");
  }

  @Test
  void theClientGoesOnWithoutWebSocketAndReturnsToIt() throws Exception {
    play("clientGoesOnWithoutWebSocketAndReturns");
  }

  @Test
  void aBrowsersOwnEventSourceReadsAndComesBackWithItsLastId() throws Exception {
    play("eventSourceReadsAndResumes");
  }

  private void play(String scenario) throws Exception {
    try (TestServer server = TestServer.start(Map.of())) {
      play(scenario, server);
    }
  }

  private void play(String scenario, TestServer server) throws Exception {
    play(scenario, server, server.token("ada"));
  }

  private void play(String scenario, TestServer server, String token) throws Exception {
    chromium.type(
        """
        {"name":"%s","base":"http://127.0.0.1:%d","token":"%s","other":"%s"}\
        """
            .formatted(scenario, server.port(), token, server.token("bob")));
    String outcome = chromium.await("over " + scenario);
    assertThat(outcome).as(() -> chromium.seen().toString()).endsWith("passed");
  }
}
