package io.sluice.gateway.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.gateway.websocket.Inflation;
import io.sluice.gateway.websocket.MessageInflater;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fields;
import io.sluice.model.Frame;
import io.sluice.model.Payload;
import io.sluice.model.Publication;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketFormTest {
  private static final int TEXT = 0x81;
  private static final int DEFLATED_TEXT = 0xC1;

  private static Publication publication(int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) '1');
    Payload ones =
        new Payload() {
          @Override
          public byte[] bytes() {
            return payload;
          }

          @Override
          public Fields readFields() {
            throw new AssertionError("nobody filters");
          }
        };
    Draft draft = new Draft(new ChannelName("c"), Draft.Kind.MESSAGE, "u", ones, null, null);
    return new Publication(5, 0, draft);
  }

  private static byte[] message(Publication publication, NexusGrammar grammar) {
    byte[] message = new byte[grammar.size(publication)];
    assertThat(grammar.write(publication, message, 0)).isEqualTo(message.length);
    return message;
  }

  @ParameterizedTest
  @EnumSource(NexusGrammar.class)
  void aPlainFrameIsHeaderAndMessageAndCostsTheMessage(NexusGrammar grammar) {
    WebSocketForm form = new WebSocketForm(grammar, null);
    for (int bytes : new int[] {1, 20, 100, 60_000, 70_000}) {
      byte[] message = message(publication(bytes), grammar);
      Frame frame = form.encode(publication(bytes));
      int header = message.length < 126 ? 2 : message.length < 65_536 ? 4 : 10;
      assertThat(frame.bytes()[0] & 0xFF).isEqualTo(TEXT);
      assertThat(frame.bytes()).hasSize(header + message.length).endsWith(message);
      assertThat(frame.cost()).isEqualTo(message.length);
    }
  }

  @ParameterizedTest
  @EnumSource(NexusGrammar.class)
  void aDeflatedFrameInflatesToTheMessageAndCostsTheMessage(NexusGrammar grammar) {
    try (Deflaters deflaters = new Deflaters()) {
      WebSocketForm form = new WebSocketForm(grammar, deflaters);
      byte[] message = message(publication(5_000), grammar);
      Frame frame = form.encode(publication(5_000));
      assertThat(frame.bytes()[0] & 0xFF).isEqualTo(DEFLATED_TEXT);
      assertThat(frame.bytes().length).isLessThan(200);
      assertThat(frame.cost()).isEqualTo(message.length);
      assertThat(inflate(frame.bytes())).isEqualTo(new String(message, UTF_8));
    }
  }

  private static String inflate(byte[] frame) {
    int header = (frame[1] & 0x7F) < 126 ? 2 : 4;
    try (MessageInflater inflater = new MessageInflater(UnpooledByteBufAllocator.DEFAULT, 16)) {
      var payload = Unpooled.wrappedBuffer(frame, header, frame.length - header);
      if (inflater.inflate(payload, 1 << 20) instanceof Inflation.Whole whole) {
        String text = whole.message().toString(UTF_8);
        whole.message().release();
        return text;
      }
      throw new AssertionError("not whole");
    }
  }

  @Test
  void aMessageUnder256BytesGoesPlain() {
    try (Deflaters deflaters = new Deflaters()) {
      WebSocketForm form = new WebSocketForm(NexusGrammar.SEED, deflaters);
      int around = message(publication(0), NexusGrammar.SEED).length;
      assertThat(form.encode(publication(255 - around)).bytes()[0] & 0xFF).isEqualTo(TEXT);
      assertThat(form.encode(publication(256 - around)).bytes()[0] & 0xFF).isEqualTo(DEFLATED_TEXT);
    }
  }

  @Test
  void severalThreadsMayEncodeAtOnceAndLeaveNoMoreDeflatersThanThreads() {
    try (Deflaters deflaters = new Deflaters();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      WebSocketForm form = new WebSocketForm(NexusGrammar.EXTENDED, deflaters);
      byte[] expected = form.encode(publication(3_000)).bytes();
      CompletableFuture<?>[] tasks = new CompletableFuture<?>[4];
      for (int i = 0; i < tasks.length; i++) {
        tasks[i] =
            CompletableFuture.runAsync(
                () -> {
                  for (int round = 0; round < 500; round++) {
                    assertThat(form.encode(publication(3_000)).bytes()).isEqualTo(expected);
                  }
                },
                threads);
      }
      CompletableFuture.allOf(tasks).join();
      assertThat(deflaters.idle()).isBetween(1, 4);
    }
  }

  @Test
  void noDeflaterWaitsForWorkAfterTheEnd() {
    Deflaters deflaters = new Deflaters();
    WebSocketForm form = new WebSocketForm(NexusGrammar.SEED, deflaters);
    form.encode(publication(3_000));
    assertThat(deflaters.idle()).isEqualTo(1);
    deflaters.close();
    assertThat(deflaters.idle()).isZero();
    form.encode(publication(3_000));
    assertThat(deflaters.idle()).isZero();
  }
}
