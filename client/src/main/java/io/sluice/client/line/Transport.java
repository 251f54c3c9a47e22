package io.sluice.client.line;

/** Opens connections. The JDK's WebSocket in earnest, a fake in tests. */
public interface Transport {
  /** Begins to open a connection; what comes of it is told to the ear. Never throws. */
  Line open(String token, Ear ear);

  /** One connection, from the attempt on. Any thread; nothing waits. */
  interface Line {
    /** Sends a text message behind the others. */
    void send(String text);

    /** Sends a binary message behind the others. The bytes are handed over. */
    void sendBinary(byte[] message);

    /** Sends a ping. */
    void ping();

    /** Whether little enough waits to be sent. */
    boolean isReady();

    /** Says goodbye behind everything that was sent; lets go if that takes too long. */
    void close();

    /** Lets go at once. */
    void drop();

    /** Goes on reading, or stops. */
    void read(boolean wanted);
  }

  /** Told what happens to a connection, one call at a time. */
  interface Ear {
    /** A text message, in UTF-8. */
    void text(byte[] message);

    /** A binary message. */
    void binary(byte[] message);

    /** Something that is no message. */
    void heard();

    /** The line takes more again. */
    void writable();

    /** The upgrade was refused. */
    void refused(int status, String code, long waitNanos);

    /** The connection could not be opened. */
    void unopened(Throwable cause);

    /** The connection is gone; told once at most, and not after {@link #unopened}. */
    void broken(int code, String reason);

    /** Something came that cannot be a message. */
    void unfit(Trouble why);
  }
}
