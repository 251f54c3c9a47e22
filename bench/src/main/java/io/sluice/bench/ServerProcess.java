package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux says of a process. Immutable.
 *
 * @param userTicks hundredths of a second of CPU time in user mode
 * @param systemTicks the same in the kernel
 * @param resident bytes of memory it has
 */
record ServerProcess(long userTicks, long systemTicks, long resident) {
  /** Nobody's. */
  static final long NONE = 0;

  private static final double TICK_MICROS = 10_000;
  private static final int USER = 11;
  private static final int SYSTEM = 12;

  static ServerProcess look(long pid) throws IOException {
    if (pid == NONE) {
      return new ServerProcess(0, 0, 0);
    }
    Path place = Path.of("/proc/" + pid);
    String stat = Files.readString(place.resolve("stat"));
    // Behind the program's name, which may contain blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long resident =
        Files.readAllLines(place.resolve("status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .sum();
    return new ServerProcess(
        Long.parseLong(fields[USER]), Long.parseLong(fields[SYSTEM]), resident << 10);
  }

  double cpuMicros(ServerProcess since) {
    return userMicros(since) + (systemTicks - since.systemTicks) * TICK_MICROS;
  }

  double userMicros(ServerProcess since) {
    return (userTicks - since.userTicks) * TICK_MICROS;
  }

  long residentBytes(ServerProcess since) {
    return resident - since.resident;
  }
}
