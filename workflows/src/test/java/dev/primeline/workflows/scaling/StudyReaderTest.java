package dev.primeline.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyReaderTest {

  private static StudySpec read(String singleQuoted) {
    return StudyReader.read(FakeLab.json(singleQuoted));
  }

  @Test
  void nothingMeansTheSmallestPreset() {
    StudySpec study = StudyReader.read(null);
    assertThat(study.preset()).isEqualTo("study-tiny");
    assertThat(study.experiment().families()).hasSize(2);
    assertThat(study.budgets()).hasSize(3);
  }

  @Test
  void aBudgetMayBeJustItsFlops() {
    assertThat(read("{'budgets':[2e10, {'flops':6e10,'sizes':['w16','w24','w32']}]}").budgets())
        .satisfiesExactly(
            bracket -> assertThat(bracket.sizes()).isNull(),
            named -> assertThat(named.sizes()).containsExactly("w16", "w24", "w32"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"study-tiny", "study-granularity"})
  void whatIsTypedAgainIsTheSameStudy(String preset) {
    StudySpec study = read("{'preset':'%s'}".formatted(preset));
    assertThat(StudyReader.read(study.typed())).isEqualTo(study);
  }

  @ParameterizedTest
  @ValueSource(strings = {"study-small", "study-paper"})
  void presetsForTextNeedIt(String preset) {
    assertThatThrownBy(() -> read("{'preset':'%s'}".formatted(preset)))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("experiment.corpus.uri: missing");
    StudySpec study =
        read("{'preset':'%s','experiment':{'corpus':{'uri':'book.txt'}}}".formatted(preset));
    assertThat(StudyReader.read(study.typed())).isEqualTo(study);
  }

  @Test
  void textOfOnesOwnReplacesAPresetsSource() {
    StudySpec study = read("{'experiment':{'corpus':{'uri':'book.txt'}}}");
    assertThat(study.experiment().corpus().synthetic()).isNull();
    assertThat(study.experiment().corpus().vocabularySize()).isEqualTo(257);
  }

  @Test
  void theGranularityStudyHasAtMostFortyCombinationsAndThreeSeeds() {
    StudySpec study = read("{'preset':'study-granularity'}");
    assertThat(study.experiment().families()).hasSizeBetween(30, 40);
    assertThat(study.seeds()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(study.budgets()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'budgets':[]} | budgets: none, expected at least one compute budget in FLOPs",
        "{'budgets':3e10} | budgets: 3.0E10, expected a JSON list, such as [1e12, 3e12]",
        "{'budget':[3e10]} | budget: unknown key; did you mean \"budgets\"?",
        "{'budgets':[6e10,2e10]} | budgets[1].flops: 2.0E10 after 6.0E10, expected ascending budgets",
        "{'budgets':[{'flops':2e9,'sizes':['w96']}]} | budgets[0].sizes: w96 does not fit the budget: 2e9 FLOPs pay for 1 steps of 1,024 tokens as arm, expected at least 50",
        "{'budgets':[1e8]} | budgets[0]: at 1e8 FLOPs 0 of the sizes can be trained for 50 steps of 1,024 tokens as arm, expected three or more; a larger budget, a smaller batch or smaller sizes would do",
        "{'budgets':[{'flops':2e10,'sizes':['w17']}]} | budgets[0].sizes: \"w17\" is unknown; did you mean \"w12\"?",
        "{'experiment':{'families':['mdm',{'family':'mdm','name':'again'}]}} | experiment.families: \"mdm\" and \"again\" are the same model, expected families that differ in more than their names",
        "{'experiment':{'families':['mdm',{'family':'mdm','name':'joint','objective':'joint'}]}} | experiment.families: \"mdm\" and \"joint\" are the same model, expected families that differ in more than their names",
        "{'experiment':{'families':[{'family':'arm','ell':4}]}} | experiment.families[0]: arm with its own ell, base or order; arm reads whole tokens, expected none of them",
        "{'experiment':{'training':{'finalLearningRate':0.003}}} | experiment.training.finalLearningRate: 0.003, expected at most 4.0E-4, a tenth of learningRate: losses compare only where the rate has decayed",
        "{'seeds':[1,1]} | seeds: [1, 1], expected different numbers",
        "{'seeds':[1.5]} | seeds[0]: 1.5, expected a whole number",
        "{'bracket':{'first':2}} | bracket: first 2 and most 6, expected 3 <= first <= most: three sizes determine a parabola",
        "{'sizes':[{'name':'a','layers':1,'width':15,'heads':2,'feedForward':8}]} | sizes[0] (a): model.width: 15 with 2 heads, expected an even multiple of the heads",
        "{'preset':'study-tin'} | preset: \"study-tin\" is unknown; did you mean \"study-tiny\"?"
      })
  void aStudyThatCannotBeIsRefusedInWords(String typed, String words) {
    assertThatThrownBy(() -> read(typed)).isInstanceOf(BadInput.class).hasMessage(words);
  }

  @Test
  void aPointsHashDoesNotDependOnTheStudyThatAsksForIt() {
    StudySpec small = read("{'budgets':[2e10]}");
    StudySpec large = read("{'budgets':[2e10,6e10],'seeds':[1,2,3],'parallel':2}");
    StudyPoint point = new StudyPoint("mdm", 2e10, "w24", 1, 0.004);
    assertThat(point.experiment(small)).isEqualTo(point.experiment(large));
  }

  @Test
  void aPointKeepsTheProportionsOfTheSchedule() {
    StudySpec study = read("{}");
    ObjectNode typed = study.typed();
    assertThat(typed.get("experiment").get("training").get("steps").asInt()).isEqualTo(1000);
    var training = new StudyPoint("mdm", 2e11, "w64", 1, 0.004).experiment(study).training();
    assertThat(training.warmupSteps()).isEqualTo(Math.round(training.steps() * 0.1));
    assertThat(training.finalLearningRate() / training.learningRate())
        .isCloseTo(0.05, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(training.learningRate())
        .isCloseTo(0.004 / Math.sqrt(2), org.assertj.core.data.Offset.offset(1e-9));
  }
}
