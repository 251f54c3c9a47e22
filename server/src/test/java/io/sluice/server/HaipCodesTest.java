package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.haip.HaipCode;
import io.sluice.services.agents.AgentCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What agents say of mistakes stands in the one table of codes, and none of it as a synonym. */
class HaipCodesTest {
  @Test
  void agentsSayTheCodesOfTheTable() {
    assertThat(Arrays.stream(AgentCode.values()).map(AgentCode::name))
        .isSubsetOf(Arrays.stream(HaipCode.values()).map(HaipCode::text).toList());
  }
}
