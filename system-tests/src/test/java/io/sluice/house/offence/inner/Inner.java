package io.sluice.house.offence.inner;

import io.sluice.house.offence.Offences;

/** The other half of the cycle. */
public final class Inner {
  Offences.Outer outer;
}
