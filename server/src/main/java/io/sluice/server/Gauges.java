package io.sluice.server;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.core.log.MemoryBroker;
import io.sluice.services.Telemetry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/** What this process knows of itself. Any thread; asked rarely, for it takes a while. */
final class Gauges implements Telemetry.Gauges {
  private final MemoryBroker broker;
  private final long mostLogBytes;

  Gauges(MemoryBroker broker, long mostLogBytes) {
    this.broker = broker;
    this.mostLogBytes = mostLogBytes;
  }

  /** Below zero while the machine cannot tell yet. */
  @Override
  public double processors() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuLoad();
  }

  @Override
  public double pressure() {
    double logs = (double) broker.logBytes() / mostLogBytes;
    return Math.max(Math.max(machine(), heap()), logs);
  }

  private static double machine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getCpuLoad();
  }

  /** What the last collection left, because garbage is no pressure. */
  private static double heap() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      used += left == null ? 0 : left.getUsed();
    }
    return (double) used / Runtime.getRuntime().maxMemory();
  }
}
