package io.sluice.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Notices that nobody reads standard output any more, though nothing is being written: {@code sub
 * news | head -1} ends with its first line, not with its second. The JDK only tells when writing.
 */
final class ClosedPipe {
  private static final int STANDARD_OUTPUT = 1;
  private static final int SLICE_MILLIS = 500;

  /** An error, a line that was hung up, a descriptor that is none. */
  private static final int BROKEN = 0x8 | 0x10 | 0x20;

  private ClosedPipe() {}

  /** Calls this once nobody reads any more; where the machine does not tell, never. */
  static void watch(Runnable closed) {
    Optional<MemorySegment> poll = Linker.nativeLinker().defaultLookup().find("poll");
    if (poll.isPresent()) {
      Thread.ofPlatform().daemon().name("sluice-pipe").start(() -> watch(poll.get(), closed));
    }
  }

  // The launcher and the manifest enable native access; the type is poll's.
  @SuppressWarnings("restricted")
  private static void watch(MemorySegment poll, Runnable closed) {
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    MethodHandle handle = Linker.nativeLinker().downcallHandle(poll, type);
    try (Arena arena = Arena.ofConfined()) {
      // A descriptor, what to look for (nothing: what is broken is told anyway), what was found.
      MemorySegment asked = arena.allocate(8, 4);
      asked.set(ValueLayout.JAVA_INT, 0, STANDARD_OUTPUT);
      short found = 0;
      while ((found & BROKEN) == 0) {
        int _ = (int) handle.invokeExact(asked, 1L, SLICE_MILLIS);
        found = asked.get(ValueLayout.JAVA_SHORT, 6);
      }
      closed.run();
    } catch (Throwable e) {
      throw new IllegalStateException("poll cannot be called", e);
    }
  }
}
