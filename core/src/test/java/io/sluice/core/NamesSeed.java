package io.sluice.core;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** A failure with answers {@link Answering#IN_STEPS} says which seed drew the steps. */
public final class NamesSeed implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    boolean inSteps =
        context.getParent().orElseThrow().getDisplayName().contains(Answering.IN_STEPS.name());
    throw inSteps ? Seeds.named(Answering.seed(), failure) : failure;
  }
}
