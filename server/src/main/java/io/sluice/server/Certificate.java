package io.sluice.server;

import io.sluice.gateway.tls.PemException;
import io.sluice.gateway.tls.PemIdentity;
import io.sluice.gateway.tls.Tls;
import io.sluice.server.config.EdgeSettings.TlsFiles;
import io.sluice.server.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate the server shows, read again when its files have changed. Owner: any thread; what
 * changes is guarded by {@code this}.
 *
 * <p>A file that is not good, as while it is being written, changes nothing but the log; it is
 * looked at again when it changes again.
 */
final class Certificate implements AutoCloseable {
  /** How often the files are looked at. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);

  private final TlsFiles files;
  private final Tls tls;
  private @Nullable ScheduledExecutorService timer;
  private List<FileTime> seen;

  /**
   * Reads it.
   *
   * @param patience how long the last words of a connection may take to leave
   * @throws SettingsException in one line, if it is no good
   */
  Certificate(TlsFiles files, Duration patience) throws SettingsException {
    this.files = files;
    this.seen = times();
    try {
      PemIdentity identity = PemIdentity.read(files.certificate(), files.key());
      this.tls = new Tls(identity, patience);
      warnOfDates(identity, Instant.now());
    } catch (PemException e) {
      throw new SettingsException(
          (e.isOfKey() ? "tls.key: " + files.key() : "tls.certificate: " + files.certificate())
              + ": "
              + e.getMessage());
    } catch (SSLException e) {
      throw new SettingsException(
          "tls.certificate: " + files.certificate() + ": it cannot be used");
    }
  }

  Tls tls() {
    return tls;
  }

  /** Looks at the files from now on, every so often. */
  synchronized void watch(Duration interval) {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sluice-certificate").daemon().factory());
    Future<?> _ =
        timer.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Reads the files again if they have changed.
   *
   * @return whether another certificate is shown from now on
   */
  synchronized boolean look() {
    List<FileTime> now = times();
    if (now.equals(seen)) {
      return false;
    }
    seen = now;
    try {
      PemIdentity identity = PemIdentity.read(files.certificate(), files.key());
      tls.renew(identity);
      LOG.info("the certificate has been read again");
      warnOfDates(identity, Instant.now());
      return true;
    } catch (PemException e) {
      LOG.warn(
          "the {} has changed but cannot be used, so the old one stays: {}",
          e.isOfKey() ? "key" : "certificate",
          e.getMessage());
    } catch (SSLException e) {
      LOG.warn("the certificate has changed but cannot be used, so the old one stays");
    }
    return false;
  }

  private static void warnOfDates(PemIdentity identity, Instant now) {
    Instant begins = identity.chain().getFirst().getNotBefore().toInstant();
    Instant ends = identity.chain().getFirst().getNotAfter().toInstant();
    if (now.isBefore(begins) || now.isAfter(ends)) {
      LOG.warn("the certificate is good from {} to {} only, not now", begins, ends);
    }
  }

  private List<FileTime> times() {
    return List.of(time(files.certificate()), time(files.key()));
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException absent) {
      return FileTime.fromMillis(0);
    }
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
    tls.close();
  }
}
