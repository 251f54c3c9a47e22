package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Inbound;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.protocol.Seeds;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NexusConversationTest {
  private static final String PUBLISH =
      "{\"id\":\"r-1\",\"action\":\"publish\",\"channel\":\"tasks\",\"ack\":true,"
          + "\"payload\":{\"a\":[1,2.5e-3,\"\\u00e9\\ud83d\\ude00é\"],\"b\":{\"c\":null}}}";
  private static final String SUBSCRIBE =
      "{\"action\":\"subscribe\",\"channels\":[\"a\",\"b\"],\"filters\":{\"x\":[1,\"y\"]},"
          + "\"credits\":{\"messages\":10,\"bytes\":1e3},\"since\":{\"epoch\":\"e\",\"offset\":7},"
          + "\"recoverable\":true,\"policy\":\"lossless\",\"id\":9}";

  @Test
  void theGrammarGrowsWithTheFirstOptionalFieldAndStays() {
    NexusConversation conversation = Heard.begin("nexus");
    Heard.read(conversation, "{\"action\":\"subscribe\",\"channel\":\"c\",\"filters\":{\"a\":1}}");
    assertThat(conversation.extended()).isFalse();
    Heard.read(conversation, "{\"action\":\"ping\",\"id\":1}");
    assertThat(conversation.extended()).isTrue();
    Heard.read(conversation, "{\"action\":\"ping\"}");
    assertThat(conversation.grammar()).isSameAs(NexusGrammar.EXTENDED);
  }

  @Test
  void theGrammarHasGrownBeforeTheCommandIsHandedOn() {
    NexusConversation conversation = Heard.begin(null);
    List<String> answers = new ArrayList<>();
    ByteBuf message = Unpooled.copiedBuffer("{\"action\":\"ping\",\"id\":1}", UTF_8);
    conversation.read(
        message,
        heard -> answers.add(new String(conversation.write(new Event.Pong(heard.id(), 5)), UTF_8)));
    message.release();
    assertThat(answers).containsExactly("{\"type\":\"pong\",\"timestamp\":5,\"id\":1}");
  }

  @Test
  void anEventMayBeWrittenWhileAMessageIsBeingHandedOn() {
    NexusConversation conversation = Heard.begin("sluice.1");
    List<Inbound> heard = new ArrayList<>();
    ByteBuf message = Unpooled.copiedBuffer(SUBSCRIBE, UTF_8);
    conversation.read(
        message,
        inbound -> {
          conversation.write(new Event.Connected("somebody else", "k", Long.MAX_VALUE));
          heard.add(inbound);
        });
    message.release();
    assertThat(Heard.describe(heard))
        .isEqualTo(Heard.describe(Heard.read(Heard.begin(null), SUBSCRIBE)));
  }

  @Test
  void onlyTheSubprotocolOfOursBeginsExtended() {
    assertThat(Heard.begin("sluice.1").extended()).isTrue();
    assertThat(Heard.begin("nexus").extended()).isFalse();
    assertThat(Heard.begin("sluice.2").extended()).isFalse();
    assertThat(Heard.begin(null).extended()).isFalse();
  }

  @Test
  void anIdIsEchoedExactlyAsItCame() {
    NexusConversation conversation = Heard.begin(null);
    for (String id : List.of("\"\"", "\"\\u0041\\\"é😀\"", "0", "-0", "00".substring(1))) {
      Inbound heard = Heard.read(conversation, "{\"id\":" + id + ",\"action\":\"ping\"}").get(0);
      String pong = new String(conversation.write(new Event.Pong(heard.id(), 1)), UTF_8);
      assertThat(pong).endsWith(",\"id\":" + id + "}");
    }
  }

  @Test
  void everyKindOfBufferIsReadAlikeAndLeftAsItWas() {
    byte[] bytes = ("garbage" + PUBLISH + "garbage").getBytes(UTF_8);
    int length = PUBLISH.getBytes(UTF_8).length;
    ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    ByteBuf heap = allocator.heapBuffer().writeBytes(bytes);
    ByteBuf direct = allocator.directBuffer().writeBytes(bytes);
    ByteBuf composite =
        Unpooled.wrappedBuffer(
            Unpooled.copiedBuffer(bytes, 0, 40),
            Unpooled.copiedBuffer(bytes, 40, bytes.length - 40));
    List<Object> expected = List.copyOf(Heard.describe(Heard.read(Heard.begin(null), PUBLISH)));
    for (ByteBuf buffer : List.of(heap, direct, composite)) {
      ByteBuf message = buffer.slice(7, length);
      for (ByteBuf view : List.of(message, message.asReadOnly())) {
        List<Inbound> heard = new ArrayList<>();
        Heard.begin(null).read(view, heard::add);
        assertThat(List.<Object>copyOf(Heard.describe(heard))).isEqualTo(expected);
        assertThat(view.readableBytes()).isEqualTo(length);
      }
      assertThat(buffer.refCnt()).isEqualTo(1);
      buffer.release();
    }
  }

  @Test
  void thePayloadIsACopyOfItsOwn() {
    ByteBuf message = Unpooled.copiedBuffer(PUBLISH, UTF_8);
    List<Inbound> heard = new ArrayList<>();
    Heard.begin(null).read(message, heard::add);
    message.setZero(0, message.capacity());
    message.release();
    Command.Publish publish = (Command.Publish) ((Inbound.Accepted) heard.get(0)).command();
    assertThat(new String(publish.payload().bytes(), UTF_8))
        .isEqualTo("{\"a\":[1,2.5e-3,\"\\u00e9\\ud83d\\ude00é\"],\"b\":{\"c\":null}}");
  }

  @Test
  void aMessageLongerThanTheKeptRoomIsReadLikeAnyOther() {
    String text = "x".repeat(NexusCodec.KEPT_BYTES * 3);
    ByteBuf message =
        Unpooled.directBuffer()
            .writeBytes(
                ("{\"action\":\"publish\",\"channel\":\"c\",\"payload\":\"" + text + "\"}")
                    .getBytes(UTF_8));
    List<Inbound> heard = new ArrayList<>();
    Heard.begin(null).read(message, heard::add);
    message.release();
    Command.Publish publish = (Command.Publish) ((Inbound.Accepted) heard.get(0)).command();
    assertThat(publish.payload().bytes()).hasSize(text.length() + 2);
  }

  @Test
  void whatTheSinkThrowsIsNotSwallowedAndTheNextMessageIsReadAsUsual() {
    NexusConversation conversation = Heard.begin(null);
    ByteBuf message = Unpooled.copiedBuffer(PUBLISH, UTF_8);
    assertThatThrownBy(
            () ->
                conversation.read(
                    message,
                    inbound -> {
                      throw new IllegalStateException("the sink's own");
                    }))
        .isInstanceOf(IllegalStateException.class);
    message.release();
    assertThat(Heard.read(conversation, "{\"action\":\"ping\"}"))
        .containsExactly(new Inbound.Accepted(new Command.Ping(null)));
  }

  @Test
  void aMessageCutAnywhereIsInvalidAndAnsweredOnce() {
    for (String whole : List.of(PUBLISH, SUBSCRIBE)) {
      byte[] bytes = whole.getBytes(UTF_8);
      for (int cut = 0; cut < bytes.length; cut++) {
        List<Inbound> heard = Heard.read(Heard.begin(null), Arrays.copyOf(bytes, cut));
        assertThat(heard).as("cut at %d", cut).hasSize(1);
        Inbound.Rejected rejected = (Inbound.Rejected) heard.get(0);
        assertThat(rejected.fault().message()).isEqualTo("Invalid JSON format");
      }
    }
  }

  @Test
  void theIdIsEchoedFromTheByteBehindItOn() {
    byte[] bytes = PUBLISH.getBytes(UTF_8);
    int behind = PUBLISH.indexOf(",\"action\"");
    for (int cut = 0; cut < bytes.length; cut++) {
      Inbound heard = Heard.read(Heard.begin(null), Arrays.copyOf(bytes, cut)).get(0);
      RequestId expected = cut < behind ? null : new RequestId("\"r-1\"");
      assertThat(heard.id()).as("cut at %d", cut).isEqualTo(expected);
    }
  }

  @Test
  void whateverComesIsAnsweredAndNothingIsThrown() {
    long seed = Seeds.any();
    Random random = new Random(seed);
    NexusConversation conversation = Heard.begin(null);
    for (int round = 0; round < 60_000; round++) {
      byte[] message = mutate(random.nextBoolean() ? PUBLISH : SUBSCRIBE, random);
      List<Inbound> heard = Heard.read(conversation, message);
      assertThat(heard).as("seed %d, round %d", seed, round).isNotEmpty();
      if (heard.size() > 1 || heard.get(0) instanceof Inbound.Accepted) {
        assertThat(heard)
            .as("seed %d, round %d", seed, round)
            .allMatch(Inbound.Accepted.class::isInstance);
      }
      for (Inbound inbound : heard) {
        use(inbound);
      }
    }
    assertThat(Heard.read(conversation, PUBLISH)).hasSize(1);
  }

  /** Does with a command what the core would, so that what was let in by mistake shows. */
  private static void use(Inbound inbound) {
    if (inbound instanceof Inbound.Accepted accepted
        && accepted.command() instanceof Command.Publish publish) {
      publish.payload().readFields().get("a.b.c");
    }
  }

  private static byte[] mutate(String whole, Random random) {
    byte[] bytes = whole.getBytes(UTF_8);
    byte[] alphabet = "\"\\{}[]:,0129.-+eEtrufalsn \tidx\u0000\u007f".getBytes(UTF_8);
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = alphabet[random.nextInt(alphabet.length)];
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 3 -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(12), bytes.length - Math.max(at, from));
          System.arraycopy(bytes.clone(), from, bytes, at, length);
        }
        default -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
          System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  @Test
  void aConversationHoldsTwoReferencesAndNothingElse() {
    assertThat(NexusConversation.class.getDeclaredFields())
        .filteredOn(field -> !Modifier.isStatic(field.getModifiers()))
        .extracting(field -> (Object) field.getType())
        .containsExactlyInAnyOrder(NexusCodec.class, NexusGrammar.class);
  }

  @Test
  void theSeedHasNoWordForAPosition() {
    Event position = new Event.At(new ChannelName("c"), new Position("e", 7), 3);
    assertThat(Heard.begin("nexus").write(position)).isNull();
    assertThat(Heard.begin("sluice.1").write(position)).isNotNull();
    assertThat(Heard.begin("nexus").write(new Event.Pong(null, 1))).isNotNull();
  }
}
