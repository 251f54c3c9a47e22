package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All lanes of a process, and what can be asked of them together by whoever lives on none: a page,
 * the server's own telemetry, a program around the server. Owned by whoever builds the house; every
 * method is for any thread and none waits.
 *
 * <p>Nobody is asked here for a right: that is the caller's to check. But on what is reserved for
 * the server's own services nobody speaks through here.
 */
public final class Switchboard {
  private final Limits limits;
  private final Ports ports;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();

  /** One without lanes. */
  public Switchboard(Limits limits, Ports ports) {
    this.limits = limits;
    this.ports = ports;
  }

  /** Makes a lane, which belongs to the caller's thread and is reached from here. */
  public Lane lane(int index, Outlet outlet, Lane.Wake wake) {
    Lane lane = new Lane(index, limits, ports, outlet, wake);
    lanes.add(lane);
    return lane;
  }

  /**
   * Publishes, for a user or for the server itself, and counts it like a connection's. Where slow
   * readers hold the channel it does not wait: the receipt fails with {@code hold_full}. Where none
   * but the server's own services speak it fails with {@code forbidden}.
   */
  public void publish(Draft draft, Moment now, Broker.Receipt receipt) {
    Broker.Receipt counted = new Counted(receipt);
    Fault fault = refusal(draft);
    if (fault == null) {
      ports.broker().publish(draft, now, counted);
    } else {
      counted.failed(fault);
    }
  }

  private @Nullable Fault refusal(Draft draft) {
    ChannelName channel = draft.channel();
    return ports.namespaces().isReserved(channel)
        ? new Fault(Code.FORBIDDEN, "Only the server's own services speak on " + channel)
        : ports.namespaces().tooLarge(channel, draft.payload().retainedBytes());
  }

  /** Publishes as the server itself. */
  public void broadcast(ChannelName channel, Payload payload, Moment now, Broker.Receipt receipt) {
    publish(new Draft(channel, Draft.Kind.BROADCAST, null, payload, null, null), now, receipt);
  }

  /**
   * Reads what a channel's log still has, exactly as a connection's {@code history} does.
   *
   * @param since wants those after it, oldest first; null wants the newest
   * @param limit at most so many, 1 to {@link Command.History#MAX_LIMIT}
   */
  public void history(
      ChannelName channel,
      @Nullable Position since,
      int limit,
      Moment now,
      HistoryReading.Answer answer) {
    Command.History asked = new Command.History(null, channel, since, limit);
    HistoryReading.begin(ports.broker(), asked, limits.session().historyBytes(), now, answer);
  }

  /** Who is subscribed to a channel, as a connection's {@code presence} is told. */
  public Event.Presence presence(ChannelName channel) {
    return Inquiries.who(ports.presence(), new Command.Presence(null, channel), limits.presence());
  }

  /** Whether presence is kept; if not, whoever asks is to be answered {@code presence_off}. */
  public boolean keepsPresence() {
    return ports.presence().isKept();
  }

  /**
   * Ends connections, wherever they live. From the answer on nothing they send is heard, and they
   * get nothing; their sockets are closed {@code limits.lane.closes} per turn of their lane.
   *
   * @param reason {@link CloseReason#DISCONNECTED}, or {@link CloseReason#RESET} to break the line
   *     without a word
   * @param answer told once how many were ended, when all lanes have looked
   */
  public void disconnect(Whom whom, CloseReason reason, IntConsumer answer) {
    Tally tally = new Tally(lanes.size(), answer);
    for (Lane lane : lanes) {
      lane.post(now -> tally.add(lane.disconnect(whom, reason, now)));
    }
    tally.add(0);
  }

  /** Counts what the lanes answer. Any thread. */
  private static final class Tally {
    private final AtomicInteger missing;
    private final AtomicInteger sum = new AtomicInteger();
    private final IntConsumer answer;

    Tally(int lanes, IntConsumer answer) {
      this.missing = new AtomicInteger(lanes + 1);
      this.answer = answer;
    }

    void add(int more) {
      sum.addAndGet(more);
      if (missing.decrementAndGet() == 0) {
        answer.accept(sum.get());
      }
    }
  }

  private final class Counted implements Broker.Receipt {
    private final Broker.Receipt receipt;

    Counted(Broker.Receipt receipt) {
      this.receipt = receipt;
    }

    @Override
    public void appended(Position position) {
      ports.meter().published();
      receipt.appended(position);
    }

    @Override
    public void failed(Fault fault) {
      ports.meter().count(fault.code());
      receipt.failed(fault);
    }
  }
}
