package io.sluice.gateway.visionflow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.core.Session;
import io.sluice.core.log.Broker;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.StampedMessages;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.StampedForm.Tail;
import io.sluice.protocol.visionflow.FrameType;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.PositionCommand;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFault;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One peer in a room: what it says goes to all the others there, as it comes. Owned by the
 * connection's event loop; {@link #tell} is for any thread.
 *
 * <p>A packet is a publication on the room's channel, where who is late loses the oldest: a voice
 * that waited is worth nothing.
 */
final class VoiceDialog implements Dialog, VoiceRooms.Guest {
  private static final byte[] NOTHING = {};
  private static final int WORD = 2;
  private static final int NOBODY = VoiceRooms.FULL;

  private final VoiceEndpoint house;
  private final Connection connection;
  private final Identity identity;
  private final String room;
  private final boolean framed;
  private final VoiceEndpoint.Tools tools;
  private final Heartbeat heartbeat;

  /** By this its own packets are known. */
  private final String self = UUID.randomUUID().toString();

  private int speaker = NOBODY;
  private @Nullable Session session;

  /** Whether it has been told who is there. */
  private boolean hears;

  private boolean over;

  VoiceDialog(
      VoiceEndpoint house, Connection connection, Identity identity, String room, boolean framed) {
    this.house = house;
    this.connection = connection;
    this.identity = identity;
    this.room = room;
    this.framed = framed;
    this.tools = house.tools(connection.lane());
    this.heartbeat = new Heartbeat(connection, house.manners(), house.meter());
  }

  void begin(Moment now) {
    heartbeat.begin(now);
    String name = "voice." + room;
    if (room.isEmpty() || room.indexOf('.') >= 0 || !ChannelName.isValid(name)) {
      turnAway(new VisionFlowFault(VisionFlowCode.INVALID_FIELD, "No room can be called so."));
      return;
    }
    ChannelName channel = new ChannelName(name);
    if (!mayListen(channel)) {
      turnAway(
          new VisionFlowFault(
              VisionFlowCode.FORBIDDEN, "The token does not allow listening in this room."));
      return;
    }
    speaker = house.rooms().join(room, this, number -> tools.voices().join(number, name()));
    if (speaker == NOBODY) {
      turnAway(new VisionFlowFault(VisionFlowCode.BUSY, "The room is full."));
      return;
    }
    Session begun = connection.lane().open(connection.slot(), identity, form(channel), self, now);
    begun.publishAs(self, null, new Broker.Writer(house.session()));
    session = begun;
    begun.accept(
        new Command.Subscribe(null, channel, null, null, null, null, null, null, false, false),
        now);
  }

  /** What it hears is no older than what the channel keeps, though it keeps the newest. */
  private VoiceForm form(ChannelName channel) {
    long age = house.namespaces().of(channel).log().age().toNanos();
    return new VoiceForm(framed, self, age, house.clock());
  }

  /** Nobody has a number, or is heard of, who may not listen. */
  private boolean mayListen(ChannelName channel) {
    return house.namespaces().maySubscribe(identity.grants(), identity.role(), channel);
  }

  /** It hears from here on: who is there is said now, and who comes and goes behind it. */
  private void welcome() {
    sayText(tools.voices().room(room, speaker, house.rooms().others(room, speaker)));
    hears = true;
  }

  private void turnAway(VisionFlowFault why) {
    fail(why);
    over = true;
    connection.close(CloseReason.POLICY, why.code().text());
  }

  /** Any thread. */
  @Override
  public String name() {
    return identity.user();
  }

  /** Any thread. */
  @Override
  public void tell(byte[] text) {
    connection.post(
        at -> {
          if (!over && hears) {
            sayText(text);
          }
        });
  }

  // What it says

  @Override
  public void binary(ByteBuf message, Moment now) {
    try {
      if (framed) {
        take(tools.frames().read(message, tools.nodes()), now);
      } else {
        packet(message, now);
      }
    } catch (VisionFlowRefused refused) {
      fail(refused.fault());
    }
  }

  private void packet(ByteBuf message, Moment now) {
    int size = message.readableBytes() - WORD;
    if (size < 1) {
      fail(
          new VisionFlowFault(
              VisionFlowCode.INVALID_LENGTH,
              "A packet has 2 bytes of sequence, and one of voice."));
      return;
    }
    int at = message.readerIndex();
    speak(message.getUnsignedShortLE(at), ByteBufUtil.getBytes(message, at + WORD, size), now);
  }

  private void take(VisionFlowFrame frame, Moment now) {
    switch (frame) {
      case VisionFlowFrame.VoiceFrame voice -> speak(voice.sequence(), voice.opus(), now);
      case VisionFlowFrame.Ping ping ->
          connection.send(
              true, Unpooled.wrappedBuffer(FrameWriter.pong(ping.value(), now.epochMillis())));
      case VisionFlowFrame.Pong _ -> {}
      case VisionFlowFrame.Close _ -> {
        over = true;
        connection.close(CloseReason.PEER);
      }
      case VisionFlowFrame.NodeUpdate _,
          VisionFlowFrame.SsspUpdate _,
          VisionFlowFrame.SettingsUpdate _,
          VisionFlowFrame.AgentStatus _,
          VisionFlowFrame.Failed _ ->
          fail(unexpected());
    }
  }

  private static VisionFlowFault unexpected() {
    return new VisionFlowFault(
        VisionFlowCode.UNEXPECTED_TYPE, "Nobody takes this from a client here.");
  }

  private void speak(int sequence, byte[] opus, Moment now) {
    int most = house.manners().packetBytes();
    Session at = session;
    if (opus.length > most || opus.length == 0) {
      fail(
          new VisionFlowFault(
              VisionFlowCode.INVALID_LENGTH,
              "A packet of voice has 1 to " + most + " bytes.",
              "{\"size\":" + opus.length + ",\"max\":" + most + "}"));
    } else if (at != null) {
      house.meter().packet();
      at.accept(
          new Command.Publish(
              null,
              new ChannelName("voice." + room),
              new VoicePayload(speaker, sequence, opus, now),
              false,
              null,
              null),
          now);
    }
  }

  @Override
  public void text(ByteBuf message, Moment now) {
    try {
      switch (tools.text().command(message)) {
        case PositionCommand.Ping(String timestamp) ->
            sayText(tools.text().write(new PositionEvent.Pong(timestamp)));
        case PositionCommand.Pong(long timestamp) -> heartbeat.answered(timestamp, now);
        case PositionCommand.Subscribe _, PositionCommand.Snapshot _ -> fail(unexpected());
      }
    } catch (VisionFlowRefused refused) {
      fail(refused.fault());
    }
  }

  @Override
  public void heard() {
    heartbeat.heard(house.clock().get());
    if (session != null) {
      session.heard();
    }
  }

  @Override
  public void tick(Moment now) {
    if (!over && heartbeat.tick(now)) {
      sayText(tools.text().write(new PositionEvent.Ping(now.epochMillis())));
    }
  }

  // What it hears

  private void sayText(byte[] text) {
    connection.send(false, Unpooled.wrappedBuffer(text));
  }

  private void fail(VisionFlowFault fault) {
    house.meter().failed(fault.code());
    byte[] told = tools.text().write(PositionEvent.Failed.of(fault));
    if (framed) {
      long now = house.clock().get().epochMillis();
      connection.send(true, Unpooled.wrappedBuffer(FrameWriter.json(FrameType.ERROR, told, now)));
    } else {
      sayText(told);
    }
  }

  @Override
  public byte @Nullable [] encode(Event event) {
    if (event instanceof Event.Subscribed && !over) {
      welcome();
    }
    if (event instanceof Event.Failed failed && !over) {
      VisionFlowCode code =
          failed.fault().code() == Code.FORBIDDEN ? VisionFlowCode.FORBIDDEN : VisionFlowCode.BUSY;
      fail(new VisionFlowFault(code, failed.fault().message()));
    }
    // That packets were too late is no news to who hears the next.
    return null;
  }

  @Override
  public int stampedCost(Tail tail) {
    return ((VoiceForm.Packet) tail).message().length;
  }

  @Override
  public void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    byte[] message = ((VoiceForm.Packet) tail).message();
    into.message(true, NOTHING, 0, message, 0, message.length);
  }

  @Override
  public void stamped(int sent) {}

  @Override
  public void closed(CloseReason reason) {
    over = true;
    if (speaker != NOBODY) {
      house.rooms().leave(room, speaker, tools.voices().leave(speaker));
      speaker = NOBODY;
    }
  }
}
