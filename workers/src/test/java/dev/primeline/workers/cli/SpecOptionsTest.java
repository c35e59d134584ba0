package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class SpecOptionsTest {

  @Command
  private static final class Taker {
    @Mixin private final SpecOptions options = new SpecOptions();
  }

  private static JsonNode overlay(String... arguments) throws Exception {
    Taker taker = new Taker();
    new CommandLine(taker).parseArgs(arguments);
    // As it travels: a tree made by hand keeps longs where a parsed one has ints.
    return new ObjectMapper().readTree(taker.options.overlay().toString());
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void noOptionIsAnEmptyTree() throws Exception {
    assertThat(overlay()).isEmpty();
  }

  @Test
  void everyOptionHasItsKey() throws Exception {
    assertThat(
            overlay(
                "--preset=small-cpu",
                "--corpus=a.txt",
                "--heldout=b.txt",
                "--tokenizer=gpt2",
                "--split=heading",
                "--families=arm,prime-v2",
                "--steps=300",
                "--seed=7"))
        .isEqualTo(
            json(
                "{'preset': 'small-cpu', 'corpus': {'uri': 'a.txt', 'heldout': 'b.txt',"
                    + " 'tokenizer': 'gpt2', 'split': 'heading'}, 'families': ['arm', 'prime-v2'],"
                    + " 'training': {'steps': 300}, 'seed': 7}"));
  }

  @Test
  void familiesMayBeRepeatedInsteadOfJoined() throws Exception {
    assertThat(overlay("--families", "arm", "--families", "mdm, prime"))
        .isEqualTo(json("{'families': ['arm', 'mdm', 'prime']}"));
  }

  @Test
  void aSetValueIsJsonWhereItParsesAndTextElsewhere() throws Exception {
    assertThat(
            overlay(
                "--set=model.layers=6",
                "--set=training.learningRate=1e-3",
                "--set=corpus.textField=body",
                "--set=corpus.uri=12 rules.txt",
                "--set=corpus.heldout=null",
                "--set=families=[\"arm\", {\"family\": \"prime\", \"ell\": 2}]"))
        .isEqualTo(
            json(
                "{'model': {'layers': 6}, 'training': {'learningRate': 1e-3},"
                    + " 'corpus': {'textField': 'body', 'uri': '12 rules.txt', 'heldout': null},"
                    + " 'families': ['arm', {'family': 'prime', 'ell': 2}]}"));
  }

  @Test
  void aValueMayHoldEqualsSignsOrNothing() throws Exception {
    assertThat(overlay("--set=corpus.uri=s3://b/k?x=1", "--set=corpus.textField="))
        .isEqualTo(json("{'corpus': {'uri': 's3://b/k?x=1', 'textField': ''}}"));
  }

  @Test
  void aKeyGivenTwiceIsRefusedWithBothValues() throws Exception {
    assertThatThrownBy(() -> overlay("--steps=5", "--set=training.steps=6"))
        .isInstanceOf(BadInput.class)
        .hasMessage("training.steps: given as 5 and as 6, expected once");
    assertThatThrownBy(() -> overlay("--set=training=5", "--set=training.steps=6"))
        .isInstanceOf(BadInput.class)
        .hasMessage("training.steps: given as 5 and as 6, expected once");
  }

  @Test
  void aSettingWithoutAKeyIsRefused() throws Exception {
    assertThatThrownBy(() -> overlay("--set=steps")).hasMessageContaining("expected KEY=VALUE");
    assertThatThrownBy(() -> overlay("--set==5")).hasMessageContaining("expected KEY=VALUE");
  }

  @Test
  void theReaderTakesWhatTheOptionsMake() throws Exception {
    ExperimentSpec spec =
        SpecReader.read(overlay("--families=mdm", "--steps=60", "--set=model.width=48"));
    assertThat(spec.preset()).isEqualTo("quickstart");
    assertThat(spec.families()).singleElement().extracting("name").isEqualTo("mdm");
    assertThat(spec.training().steps()).isEqualTo(60);
    assertThat(spec.model().width()).isEqualTo(48);
  }

  @Test
  void theReaderNamesTheNearestKeyOfAMistypedSetting() throws Exception {
    assertThatThrownBy(() -> SpecReader.read(overlay("--set=training.stepz=60")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("training.stepz")
        .hasMessageContaining("\"steps\"");
  }
}
