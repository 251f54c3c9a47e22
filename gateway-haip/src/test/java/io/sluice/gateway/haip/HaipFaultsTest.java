package io.sluice.gateway.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Code;
import io.sluice.model.Fault;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipFault;
import org.junit.jupiter.api.Test;

class HaipFaultsTest {
  @Test
  void whatIsTooLargeIsRefusedWithItsSizeAndTheLimit() {
    Fault fault = new Fault(Code.TOO_LARGE, "too large", new Fault.Excess(12, 10));
    HaipFault told = HaipFaults.of(fault);
    assertThat(told.code()).isEqualTo(HaipCode.FLOW_CONTROL_VIOLATION);
    assertThat(told.detail()).isEqualTo("{\"size\":12,\"max\":10}");
  }

  @Test
  void whatIsNoQuestionOfSizeHasNoDetail() {
    assertThat(HaipFaults.of(new Fault(Code.FORBIDDEN, "no")).detail()).isNull();
  }
}
