package io.sluice.gateway.haip;

import io.netty.buffer.Unpooled;
import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.RequestId;
import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipSteps;
import io.sluice.protocol.json.JsonPayload;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Does what a conversation wants done. Owned by its dialog. */
final class HaipHands implements HaipSteps {
  private final HaipDialog dialog;

  /** Names the message that must not be published before its credentials have been checked. */
  private long unchecked = -1;

  private @Nullable String credentials;

  HaipHands(HaipDialog dialog) {
    this.dialog = dialog;
  }

  @Override
  public void say(byte[] text) {
    dialog.connection().send(false, Unpooled.wrappedBuffer(text));
  }

  @Override
  public void sayBinary(byte[] bytes) {
    dialog.connection().send(true, Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public void ping() {
    dialog.connection().ping();
  }

  @Override
  public void hello(HaipHello said) {
    dialog.arrival().hello(said);
  }

  @Override
  public void auth(long ticket, String auth) {
    unchecked = ticket;
    credentials = auth;
  }

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
    String auth = credentials;
    if (ticket != unchecked || auth == null) {
      publish(ticket, channel, canonical);
      return;
    }
    credentials = null;
    dialog.connection().stopReading();
    dialog.posts().check();
    dialog
        .arrival()
        .check(
            auth,
            wrong -> {
              if (wrong == null) {
                publish(ticket, channel, canonical);
              } else {
                dialog.conversation().refused(ticket, wrong, dialog.now());
              }
              dialog.readOnIfMay();
              dialog.posts().checked(dialog.now());
            });
  }

  private HaipSeat seat() {
    return Objects.requireNonNull(dialog.seat());
  }

  private void publish(long ticket, String channel, byte[] canonical) {
    HaipSeat at = seat();
    ChannelName onHub = at.channels.onHub(channel);
    if (at.beginsToSpeak(channel)) {
      dialog.house().sessions().speaks(onHub, dialog.now());
    }
    at.session.accept(
        new Command.Publish(
            new RequestId(Long.toString(ticket)),
            onHub,
            JsonPayload.of(canonical, dialog.house().server().json()),
            true,
            null,
            null),
        dialog.now());
  }

  @Override
  public void grant(String channel, long messages, long units) {
    seat().reads.grant(channel, messages, units, dialog.now());
  }

  @Override
  public void pause(String channel) {
    seat().reads.pause(channel, true, dialog.now());
  }

  @Override
  public void resume(String channel) {
    seat().reads.pause(channel, false, dialog.now());
  }

  @Override
  public void replay(List<HaipReplay> again) {
    dialog.hearing().replay(again);
  }

  @Override
  public void error(HaipFault fault) {
    // The peer's own trouble: nothing follows from it here.
  }

  @Override
  public void stopReading() {
    dialog.stopReading();
  }

  @Override
  public void readOn() {
    dialog.readOn();
  }

  @Override
  public void close(HaipEnd end) {
    dialog.connection().close(end.reason(), end.text());
  }

  // What is counted

  @Override
  public void failed(HaipFault fault, boolean told) {
    dialog.found(fault);
    if (told) {
      dialog.tally().count(fault.code());
    }
  }

  @Override
  public void settled(long latencyNanos) {
    dialog.tally().count(Sum.HANDLED);
    dialog.tally().add(Sum.HANDLED_NANOS, latencyNanos);
  }

  @Override
  public void pressed(String channel) {
    dialog.tally().count(Sum.PRESSED);
  }

  @Override
  public void owed(String channel, long units) {
    dialog.tally().count(Sum.OWED);
    dialog.tally().add(Sum.OWED_UNITS, units);
  }
}
