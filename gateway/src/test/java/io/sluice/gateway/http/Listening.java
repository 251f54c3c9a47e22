package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Responses that go on, one beside its request at {@code /duplex}; writes down what it is given.
 */
final class Listening implements Endpoint {
  /** What came of the body, and how it ended. */
  final StringBuilder body = new StringBuilder();

  /** What is answered at {@code /later}, once it is. */
  CompletableFuture<StreamEndpoint.Reading> later = new CompletableFuture<>();

  @Override
  public List<String> paths() {
    return List.of();
  }

  @Override
  public String subprotocol(List<String> offered) {
    return null;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    throw new AssertionError("there is no WebSocket");
  }

  @Override
  public List<StreamEndpoint> streams() {
    return List.of(new Stream("/duplex", true), new Stream("/later", false));
  }

  static StreamEndpoint.Reading.Answered answered() {
    return new StreamEndpoint.Reading.Answered(
        new ResponseFraming(Style.LINES, true), new byte[0], (connection, welcome) -> null);
  }

  /** Takes a connection over. */
  ChannelHandler handler(boolean listens) {
    return new SimpleChannelInboundHandler<ByteBuf>() {
      @Override
      protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (!listens) {
          throw new AssertionError("nothing is read");
        }
        body.append(bytes.toString(ISO_8859_1));
      }

      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof RequestEnd) {
          body.append('[').append(event).append(']');
        }
      }
    };
  }

  private final class Stream implements StreamEndpoint {
    private final String path;
    private final boolean listens;

    Stream(String path, boolean listens) {
      this.path = path;
      this.listens = listens;
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public boolean listens() {
      return listens;
    }

    @Override
    public Reading read(Request request) {
      if (!listens) {
        return new Reading.Asked(later);
      }
      return request.query().containsKey("faulty")
          ? new Reading.Faulty(409, "no", "Not so.", null)
          : answered();
    }
  }
}
