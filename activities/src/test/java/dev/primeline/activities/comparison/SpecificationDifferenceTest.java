package dev.primeline.activities.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecificationDifferenceTest {

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void onlyWhatDiffersIsNamedFamiliesByTheirName() throws JsonProcessingException {
    List<SpecificationDifference> differences =
        SpecificationDifference.of(
            List.of(
                json(
                    """
                    {"seed": 1, "model": {"width": 8, "layers": 2},
                     "families": [{"name": "arm", "ell": 1}, {"name": "mdm", "ell": 1}]}
                    """),
                json(
                    """
                    {"seed": 1, "model": {"width": 9, "layers": 2}, "extra": [1],
                     "families": [{"name": "mdm", "ell": 2}, {"name": "arm", "ell": 1}]}
                    """)));
    assertThat(differences)
        .containsExactly(
            new SpecificationDifference("model.width", List.of("8", "9")),
            new SpecificationDifference("families.mdm.ell", List.of("1", "2")),
            new SpecificationDifference("extra", Arrays.asList(null, "[1]")));
  }

  @Test
  void anIntervalTellsWhetherChanceMayHaveDoneIt() {
    ScoreDifference wide = ScoreDifference.of("a", "b", -0.1, 0.06);
    assertThat(wide.low()).isLessThan(-0.2);
    assertThat(wide.beyondChance()).isFalse();
    assertThat(ScoreDifference.of("a", "b", -0.1, 0.05).beyondChance()).isTrue();
    assertThat(ScoreDifference.of("a", "b", 0.1, 0.05).beyondChance()).isTrue();
    assertThat(ScoreDifference.of("a", "b", 0.1, Double.NaN).beyondChance()).isFalse();
  }
}
