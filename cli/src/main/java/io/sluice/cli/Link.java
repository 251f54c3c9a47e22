package io.sluice.cli;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientListener;
import io.sluice.client.ClientState;
import io.sluice.client.Connected;
import io.sluice.client.Held;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the command that opened it. A client that fails at once if the server cannot be reached at
 * first, and comes back by itself if it is lost later.
 */
final class Link implements AutoCloseable {
  /** Told of trouble after the first connection, on the client's thread. */
  interface Watcher {
    /** The connection is lost, and is opened again by itself. */
    void lost(SluiceException why);

    /** It stands again. */
    void back();

    /** It is given up. */
    void ended(SluiceException why);

    /** What is published waits for slow readers. */
    void held(Held held);

    /** It waits no more. */
    void released(String channel);
  }

  private final SluiceClient client;

  private Link(SluiceClient client) {
    this.client = client;
  }

  static Link open(Server server, ClientLimits limits, Watcher watcher) throws IOException {
    Beginning beginning = new Beginning(watcher);
    SluiceClient client =
        SluiceClient.builder(server.socket().toString())
            .tokens(() -> CompletableFuture.completedFuture(server.token()))
            .limits(limits)
            .listener(beginning)
            .build();
    var _ = client.connect().whenComplete((connected, trouble) -> beginning.end(trouble));
    try {
      beginning.done.join();
      return new Link(client);
    } catch (CompletionException e) {
      client.close();
      throw new IOException(
          "cannot connect to " + server.socket() + ": " + why(e.getCause()), e.getCause());
    }
  }

  /** What a person wants to know of an exception. */
  static String why(@Nullable Throwable trouble) {
    if (trouble instanceof CompletionException wrapped && wrapped.getCause() != null) {
      return why(wrapped.getCause());
    }
    Throwable cause = trouble == null ? null : trouble.getCause();
    String text = trouble == null ? "" : String.valueOf(trouble.getMessage());
    String deeper = cause == null ? null : cause.getMessage();
    return deeper == null || text.contains(deeper) ? text : text + ": " + deeper;
  }

  SluiceClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }

  /** Owner: the client's listener thread. Until the first connection any trouble is the end. */
  private static final class Beginning implements ClientListener {
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private final Watcher watcher;
    private boolean stood;
    private @Nullable SluiceException last;

    Beginning(Watcher watcher) {
      this.watcher = watcher;
    }

    void end(@Nullable Throwable trouble) {
      if (trouble == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(trouble);
      }
    }

    @Override
    public void onConnected(Connected connected) {
      if (stood) {
        watcher.back();
      }
      stood = true;
    }

    @Override
    public void onError(SluiceException error) {
      last = error;
      if (!stood) {
        done.completeExceptionally(error);
      }
    }

    @Override
    public void onHeld(Held held) {
      watcher.held(held);
    }

    @Override
    public void onReleased(String channel) {
      watcher.released(channel);
    }

    @Override
    public void onState(ClientState state) {
      SluiceException why = last;
      if (!stood || why == null) {
        return;
      }
      switch (state) {
        case WAITING -> watcher.lost(why);
        case REFUSED, FAILED -> watcher.ended(why);
        case IDLE, CONNECTING, CONNECTED, CLOSED -> {
          // Told elsewhere, or nothing to tell.
        }
      }
    }
  }
}
