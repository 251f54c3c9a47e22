package io.sluice.bench;

import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipSteps;
import java.util.List;

/** Owner: one conversation. Does nothing of what it wants; what must not happen is an exception. */
class HaipStub implements HaipSteps {
  private static IllegalStateException unexpected(Object what) {
    return new IllegalStateException("unexpected: " + what);
  }

  @Override
  public void say(byte[] text) {}

  @Override
  public void sayBinary(byte[] bytes) {}

  @Override
  public void ping() {}

  @Override
  public void hello(HaipHello hello) {}

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {}

  @Override
  public void auth(long ticket, String auth) {}

  @Override
  public void grant(String channel, long messages, long units) {}

  @Override
  public void pause(String channel) {}

  @Override
  public void resume(String channel) {}

  @Override
  public void replay(List<HaipReplay> again) {
    throw unexpected(again);
  }

  @Override
  public void error(HaipFault fault) {
    throw unexpected(fault);
  }

  @Override
  public void stopReading() {}

  @Override
  public void readOn() {}

  @Override
  public void close(HaipEnd end) {
    throw unexpected(end);
  }
}
