/**
 * Breaks the house on purpose, one small patch at a time, and wants a named test to notice. The
 * patches stand in {@code src/test/mutants}, each with a sentence and the test that must turn red.
 *
 * <p>Imports nothing of ours: it reads sources and starts tests. Start reading at {@link
 * io.sluice.mutants.MutantsTest}.
 */
@NullMarked
package io.sluice.mutants;

import org.jspecify.annotations.NullMarked;
