/**
 * What single steps cost, measured by JMH: {@code bench/run jmh}. What the whole costs is measured
 * from outside, by the programs in {@code bench/src/main/c} and by those here that have a main
 * method.
 *
 * <p>Owner: each benchmark's state belongs to the thread that runs it. May import anything; nobody
 * imports this. Start reading at {@link io.sluice.bench.FanoutBenchmark}, the step everything else
 * is measured against.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
