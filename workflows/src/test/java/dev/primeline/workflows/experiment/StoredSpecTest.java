package dev.primeline.workflows.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredSpecTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static void expectReadBackTheSame(String typed) throws JsonProcessingException {
    ExperimentSpec spec = SpecReader.read(JSON.readTree(typed.replace('\'', '"')));
    assertThat(SpecReader.read(StoredSpec.typed(JSON.valueToTree(spec)))).isEqualTo(spec);
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.workflows.experiment.Presets#names")
  void everyPresetIsReadBackTheSame(String preset) throws JsonProcessingException {
    String corpus = Presets.tree(preset).at("/corpus/synthetic").isObject() ? "{}" : "{'uri':'a'}";
    expectReadBackTheSame("{'preset':'%s','corpus':%s}".formatted(preset, corpus));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'families':['arm','mdm','prime','prime-v2']}",
        "{'families':[{'family':'arm','name':'left-to-right'}]}",
        "{'families':[{'family':'prime','name':'p3','ell':3,'base':4,'head':'sub-token'}]}",
        "{'families':[{'family':'prime','objective':'joint','order':'all-codes','ell':2}]}",
        "{'families':[{'family':'mdm','order':'shuffled'}]}",
        "{'preset':'small-cpu','corpus':{'uri':'book.txt','heldout':'b.txt','tokenizer':'gpt2'}}",
        "{'evaluation':{'maskError':0.005,'samplerSteps':64,'tokenMaskDraws':2}}",
        "{'training':{'steps':77,'batch':12,'learningRate':0.5,'precision':'bf16'},'seed':9}"
      })
  void whatAUserChoseIsReadBackTheSame(String typed) throws JsonProcessingException {
    expectReadBackTheSame(typed);
  }

  @Test
  void settingsThatAreOffAreNoKeysSoThatOldHashesStay() {
    assertThat(JSON.valueToTree(new EvaluationSettings(4, 0)).toString())
        .isEqualTo("{\"draws\":4,\"maxTokens\":0}");
  }

  @Test
  void whatAnOlderVersionDidNotKnowIsThePresets() throws JsonProcessingException {
    ExperimentSpec spec = SpecReader.read(null);
    ObjectNode stored = JSON.valueToTree(spec);
    ((ObjectNode) stored.get("training")).remove("precision");
    assertThat(SpecReader.read(StoredSpec.typed(stored))).isEqualTo(spec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "[]", "{}", "{\"families\":3}"})
  void whatIsNoSpecificationIsRefusedInASentence(String stored) {
    assertThatThrownBy(() -> StoredSpec.typed(JSON.readTree(stored)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(", expected an experiment with its families");
  }
}
