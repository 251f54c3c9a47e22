package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** The fields of a publication's data that a filter may ask for; immutable. */
public interface Fields {
  /** Data that has no fields: not an object. Only the empty filter matches it. */
  Fields NONE =
      new Fields() {
        @Override
        public @Nullable Scalar get(String path) {
          return null;
        }

        @Override
        public int retainedBytes() {
          return 0;
        }
      };

  /**
   * The value of a top-level field, or of a nested one by its dotted path, where no top-level field
   * has that very name.
   *
   * @return null if it is missing or is not a scalar
   */
  @Nullable Scalar get(String path);

  /** About how many bytes of heap this holds, for the bound of what a log keeps beside its data. */
  int retainedBytes();
}
