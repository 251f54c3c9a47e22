package io.sluice.protocol.haip;

/**
 * One channel, as its end of the line sees it at a moment.
 *
 * @param channel its name
 * @param sent messages sent on it since the session began
 * @param queued messages that wait on it; of a server always 0, there they wait in the log
 * @param received messages received on it and admitted
 * @param unhandled messages received and not handled
 * @param latencyMicros of the newest messages, from receipt to handled; smoothed
 * @param pressureEvents how often either end asked the other to wait
 * @param creditMessages what may still be sent; of a server what was granted is the core's: 0
 * @param creditUnits the same in the dialect's units; below 0 is a debt
 * @param allowedMessages what the peer may still send; 0 where nothing limits it
 * @param allowedUnits the same in the dialect's units; below 0 is its debt
 * @param windowMessages what the peer may have under way
 * @param windowUnits the same in the dialect's units
 * @param pausedByPeer the peer wants nothing more
 * @param pausedByUs we asked the peer to wait
 */
public record HaipMetrics(
    String channel,
    long sent,
    int queued,
    long received,
    int unhandled,
    long latencyMicros,
    long pressureEvents,
    long creditMessages,
    long creditUnits,
    long allowedMessages,
    long allowedUnits,
    long windowMessages,
    long windowUnits,
    boolean pausedByPeer,
    boolean pausedByUs) {}
