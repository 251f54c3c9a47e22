package io.sluice.house.offence;

import io.sluice.house.offence.inner.Inner;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One class for each wall that runs into it, and one that runs into none. */
public final class Offences {
  private Offences() {}

  /** Uses what pure code may use. */
  public record Sound(byte[] bytes, Instant at, CompletableFuture<String> later, java.net.URI uri) {
    /** Data may be compared, counted, and computed with. */
    public long size() {
      return switch (bytes.length) {
        case 0 -> at.toEpochMilli();
        default -> later.isDone() ? bytes.length : uri.hashCode();
      };
    }
  }

  static final class Writes {
    void write(io.netty.channel.Channel channel) {
      channel.writeAndFlush("hello");
    }
  }

  static final class Flushes {
    void flush(io.netty.channel.ChannelHandlerContext context) {
      context.flush();
    }
  }

  static final class Hoards {
    java.util.Queue<io.sluice.model.Publication> queue;
  }

  static final class Library {
    Test library;
  }

  static final class Socket {
    java.net.Socket socket;
  }

  static final class File {
    java.nio.file.Path path;
  }

  static final class Threads {
    void start() {
      new Thread(() -> {}).start();
    }
  }

  static final class Logger {
    System.Logger logger;
  }

  static final class Millis {
    long now() {
      return System.currentTimeMillis();
    }
  }

  static final class Now {
    Instant now() {
      return Instant.now();
    }
  }

  static final class Sleeps {
    void sleep() throws InterruptedException {
      TimeUnit.SECONDS.sleep(0);
    }
  }

  static final class Timeout {
    CompletableFuture<String> limit(CompletableFuture<String> future) {
      return future.orTimeout(1, TimeUnit.SECONDS);
    }
  }

  static final class Prints {
    void print() {
      System.out.println();
    }
  }

  /** Half of a cycle between this package and its inner one. */
  public static final class Outer {
    Inner inner;
  }
}
