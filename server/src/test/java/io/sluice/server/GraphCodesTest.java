package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.services.graph.GraphCode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a graph refuses is called the same over REST and at the socket, wherever it is the same. */
class GraphCodesTest {
  /** Over REST it is said more exactly than a socket has words for. */
  private static final Set<GraphCode> EXACT =
      EnumSet.of(GraphCode.INVALID_GRAPH_NAME, GraphCode.CHANNEL_LIMIT, GraphCode.TOO_MANY_GRAPHS);

  @ParameterizedTest
  @EnumSource
  void theNamesAgree(GraphCode code) {
    VisionFlowCode told = GraphService.code(code);
    VisionFlowCode same = VisionFlowCode.of(code.text());
    if (same != null) {
      assertThat(told).isEqualTo(same);
    } else {
      assertThat(told == VisionFlowCode.INVALID_FIELD || EXACT.contains(code)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCodeHasAStatusOfAnError(GraphCode code) {
    assertThat(GraphStatus.of(code)).isIn(400, 404, 409, 503);
  }
}
