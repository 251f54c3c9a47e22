/**
 * Runs the races: what threads may do to each other in the core, interleaved by jcstress on the
 * real classes. The races stand in the packages of the classes they race, and are named {@code
 * …Race}; {@link io.sluice.races.WrongOrders} holds controls that must be caught.
 *
 * <p>Imports {@code core} and {@code model}. Start reading at {@link io.sluice.races.RacesTest}.
 */
@NullMarked
package io.sluice.races;

import org.jspecify.annotations.NullMarked;
