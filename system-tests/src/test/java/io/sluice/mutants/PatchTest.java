package io.sluice.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchTest {
  private static final List<String> DIFF =
      """
      A sentence.

      Red: some.Test#method

      --- a/core/File.java
      +++ b/core/File.java
      @@ -1,3 +1,3 @@ of no meaning
       one
      -two
      +zwei
       three
      """
          .lines()
          .toList();

  @TempDir private Path root;

  private Path file(String... lines) throws IOException {
    Path file = root.resolve("core/File.java");
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines));
  }

  @Test
  void aHunkIsAppliedWhereverItsLinesAre() throws IOException {
    Path file = file("before", "", "one", "two", "three", "after");
    Patch.parse(DIFF).apply(root);
    assertThat(file).hasContent("before\n\none\nzwei\nthree\nafter\n");
  }

  @Test
  void aHunkWhoseLinesHaveChangedIsRefused() throws IOException {
    Path file = file("one", "2", "three");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.parse(DIFF).apply(root))
        .withMessageContaining("does not fit");
    assertThat(file).hasContent("one\n2\nthree\n");
  }

  @Test
  void aHunkThatFitsTwiceIsRefused() throws IOException {
    file("one", "two", "three", "one", "two", "three");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.parse(DIFF).apply(root))
        .withMessageContaining("more than once");
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.parse(DIFF).apply(root))
        .withMessageContaining("core/File.java");
  }

  @Test
  void aHunkThatChangesNothingIsRefused() throws IOException {
    file("one", "two", "three");
    List<String> idle = DIFF.stream().map(line -> line.equals("+zwei") ? "+two" : line).toList();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Patch.parse(idle).apply(root))
        .withMessageContaining("changes nothing");
  }

  @Test
  void aPatchWithoutAHunkIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Patch.parse(List.of("words")));
  }

  @Test
  void aMutantNamesOneTestAndTouchesOneRoom() {
    assertThat(Mutant.parse("m", DIFF))
        .extracting(Mutant::module, Mutant::red)
        .containsExactly("core", "some.Test#method");
    List<String> nameless = DIFF.stream().filter(line -> !line.startsWith("Red")).toList();
    assertThatIllegalArgumentException().isThrownBy(() -> Mutant.parse("m", nameless));
  }
}
