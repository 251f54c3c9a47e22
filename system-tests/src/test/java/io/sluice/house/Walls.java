package io.sluice.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of the house that Maven's modules cannot hold. A rule is true of no classes; {@link
 * HouseTest} sees to it that there are some.
 */
final class Walls {
  private static final String MODEL = "io.sluice.model..";
  private static final Set<String> PURE_ROOMS =
      Set.of(
          "model",
          "protocol",
          "protocol-haip",
          "protocol-visionflow",
          "core",
          "services",
          "services-agents",
          "services-graph");
  private static final Set<String> ROOMS_THAT_PRINT = Set.of("cli", "bench", "races");

  private static final Set<String> PURE_NET_CLASSES =
      Set.of("URI", "URISyntaxException", "URLDecoder", "URLEncoder");
  private static final Set<String> THREAD_CLASSES =
      Set.of(
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.lang.Runtime",
          "java.lang.ProcessBuilder",
          "java.lang.System$Logger",
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ScheduledExecutorService",
          "java.util.concurrent.locks.LockSupport");
  private static final Set<String> CLOCK_METHODS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.Object.wait",
          "java.util.concurrent.TimeUnit.sleep",
          "java.util.concurrent.CompletableFuture.orTimeout",
          "java.util.concurrent.CompletableFuture.completeOnTimeout",
          "java.util.concurrent.CompletableFuture.delayedExecutor",
          "java.util.concurrent.CompletableFuture.supplyAsync",
          "java.util.concurrent.CompletableFuture.runAsync");

  private static final String WRITER = "io.sluice.gateway.wire";
  private static final Set<String> WRITES = Set.of("write", "writeAndFlush", "flush");
  private static final Set<String> SUBSCRIBERS =
      Set.of("Session", "Cursor", "Roster", "Feeder", "Hoards");
  private static final Set<String> PUBLICATIONS =
      Set.of("Publication", "Entry", "Frame", "Draft", "Payload", "Publish", "Command", "byte[]");

  private Walls() {}

  /** What holds in a room, by its name. */
  static List<ArchRule> of(Room room) {
    List<ArchRule> rules = new ArrayList<>();
    rules.add(noCycles());
    imports(room).ifPresent(rules::add);
    if (PURE_ROOMS.contains(room.name())) {
      rules.add(noOutsideWorld());
      rules.add(noClock());
    }
    if (room.name().equals("core")) {
      rules.add(noHoarding());
    }
    rules.add(oneWriter());
    if (!ROOMS_THAT_PRINT.contains(room.name())) {
      rules.add(noPrinting());
    }
    return rules;
  }

  private static Optional<ArchRule> imports(Room room) {
    return switch (room.name()) {
      case "model" -> Optional.of(importsOnly(MODEL));
      case "protocol", "protocol-haip", "protocol-visionflow" ->
          Optional.of(
              importsOnly(MODEL, "io.sluice.protocol..", "io.netty.buffer..", "io.netty.util.."));
      case "core" -> Optional.of(importsOnly(MODEL, "io.sluice.core.."));
      case "services" -> Optional.of(importsOnly(MODEL, "io.sluice.core..", "io.sluice.services"));
      case "services-agents" ->
          Optional.of(
              importsOnly(
                  MODEL,
                  "io.sluice.core..",
                  "io.sluice.services.agents",
                  "tools.jackson..",
                  "com.networknt.schema.."));
      case "services-graph" ->
          Optional.of(
              importsOnly(
                  MODEL, "io.sluice.core..", "io.sluice.services.graph..", "org.jgrapht.."));
      case "admin" ->
          Optional.of(
              importsOnly(
                  MODEL,
                  "io.sluice.protocol..",
                  "io.sluice.core..",
                  "io.sluice.gateway",
                  "io.sluice.gateway.http",
                  "io.sluice.admin.."));
      default -> Optional.empty();
    };
  }

  static ArchRule importsOnly(String... packages) {
    return classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(packages)
                .or(resideInAnyPackage("java..", "org.jspecify.annotations..")))
        .because("arrows point inward")
        .allowEmptyShould(true);
  }

  static ArchRule noCycles() {
    return slices()
        .assignedFrom(new EachPackage())
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  static ArchRule noOutsideWorld() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.nio.channels..", "java.nio.file..", "java.util.logging..", "java.sql..")
                .or(describe("touch the network", Walls::touchesNetwork))
                .or(describe("start, stop or park threads", Walls::isThreadClass)))
        .because("the pure rooms have no socket, file, logger or thread")
        .allowEmptyShould(true);
  }

  static ArchRule noClock() {
    DescribedPredicate<JavaAccess<?>> readsClock =
        describe("read a clock or wait", access -> isClock(access.getTarget().getOwner(), access));
    return noClasses()
        .should()
        .accessTargetWhere(readsClock)
        .because("time comes in as an argument")
        .allowEmptyShould(true);
  }

  static ArchRule noPrinting() {
    DescribedPredicate<JavaFieldAccess> standardStream =
        describe(
            "read System.out or System.err",
            access ->
                access.getTarget().getOwner().isEquivalentTo(System.class)
                    && Set.of("out", "err").contains(access.getTarget().getName()));
    return noClasses()
        .should()
        .accessFieldWhere(standardStream)
        .because("only the command line talks to a terminal")
        .allowEmptyShould(true);
  }

  /**
   * Only {@code gateway.wire} writes to a WebSocket. What the door answers over HTTP, before there
   * is one, is written by {@code http.Answers} alone. The loads of {@code cli} and {@code bench}
   * are clients: what they write is the other side's.
   */
  static ArchRule oneWriter() {
    DescribedPredicate<JavaAccess<?>> writes =
        describe(
            "write or flush a channel",
            access ->
                isChannel(access.getTarget().getOwner())
                    && WRITES.contains(((HasName) access.getTarget()).getName()));
    return noClasses()
        .that(
            describe(
                "are not the writer",
                type ->
                    !type.getPackageName().equals(WRITER)
                        && !type.getPackageName().equals("io.sluice.cli.load")
                        && !type.getPackageName().equals("io.sluice.bench")
                        && !type.getName().equals("io.sluice.gateway.http.Answers")))
        .should()
        .accessTargetWhere(writes)
        .because("frames of two writers would mix")
        .allowEmptyShould(true);
  }

  /** A subscription is a cursor into a log, not a queue of its own. */
  static ArchRule noHoarding() {
    return fields()
        .that()
        .areDeclaredInClassesThat(
            describe("are a subscriber's", type -> SUBSCRIBERS.contains(type.getSimpleName())))
        .should()
        .notHaveRawType(describe("a publication", Walls::isPublication))
        .andShould(
            ArchCondition.from(
                describe(
                    "hold no collection of publications",
                    (JavaField field) ->
                        field.getAllInvolvedRawTypes().stream().noneMatch(Walls::isPublication))))
        .because("what a subscriber cannot take waits in the log")
        .allowEmptyShould(true);
  }

  private static boolean isChannel(JavaClass type) {
    return type.getPackageName().startsWith("io.netty.channel")
        || type.getPackageName().startsWith("java.nio.channels");
  }

  private static boolean isPublication(JavaClass type) {
    return PUBLICATIONS.contains(type.getSimpleName());
  }

  private static boolean touchesNetwork(JavaClass type) {
    return type.getPackageName().startsWith("java.net")
        && !PURE_NET_CLASSES.contains(type.getSimpleName());
  }

  private static boolean isThreadClass(JavaClass type) {
    return THREAD_CLASSES.contains(type.getName());
  }

  private static boolean isClock(JavaClass owner, JavaAccess<?> access) {
    String method = ((HasName) access.getTarget()).getName();
    boolean timeNow = owner.getPackageName().equals("java.time") && method.equals("now");
    boolean systemClock = owner.getName().equals("java.time.Clock") && method.startsWith("system");
    return timeNow || systemClock || CLOCK_METHODS.contains(owner.getName() + "." + method);
  }

  /** Every package is a slice of its own, a room's root package too. */
  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "each package";
    }
  }
}
