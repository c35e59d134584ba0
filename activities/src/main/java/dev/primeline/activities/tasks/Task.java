package dev.primeline.activities.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tasks, their official file formats, and their prompts. The prompts are those of EleutherAI's
 * lm-evaluation-harness, {@code lm_eval/tasks/*}, which puts one space between prompt and choice.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state
public enum Task {
  /** PIQA: {@code valid.jsonl} and {@code valid-labels.lst}; harness {@code piqa}. */
  PIQA(
      "piqa",
      TaskFile.LABELS_BESIDE,
      f ->
          new Question(
              f.place(),
              "Question: " + f.text("goal") + "\nAnswer:",
              List.of(f.text("sol1"), f.text("sol2")),
              f.labelOf(List.of("0", "1")))),
  /** HellaSwag: {@code hellaswag_val.jsonl}; harness {@code hellaswag}. */
  HELLASWAG("hellaswag", TaskFile.JSON_LINES, Prompts::hellaswag),
  /** ARC: {@code ARC-Easy-Test.jsonl}; harness {@code arc_easy}. */
  ARC_EASY("arc-easy", TaskFile.JSON_LINES, Prompts::arc),
  /** ARC: {@code ARC-Challenge-Test.jsonl}; harness {@code arc_challenge}. */
  ARC_CHALLENGE("arc-challenge", TaskFile.JSON_LINES, Prompts::arc),
  /** OpenBookQA: {@code Main/test.jsonl}; harness {@code openbookqa}. */
  OPENBOOKQA("openbookqa", TaskFile.JSON_LINES, f -> Prompts.stem(f, "", "")),
  /** SciQ: {@code test.json}; harness {@code sciq}. */
  SCIQ(
      "sciq",
      TaskFile.JSON_LIST,
      f ->
          new Question(
              f.place(),
              f.text("support").stripLeading() + "\nQuestion: " + f.text("question") + "\nAnswer:",
              List.of(
                  f.text("distractor1"),
                  f.text("distractor2"),
                  f.text("distractor3"),
                  f.text("correct_answer")),
              3)),
  /** Social IQa: {@code dev.jsonl} and {@code dev-labels.lst}; harness {@code social_iqa}. */
  SIQA(
      "siqa",
      TaskFile.LABELS_BESIDE,
      f ->
          new Question(
              f.place(),
              "Q: " + f.text("context") + " " + f.text("question") + "\nA:",
              List.of(f.text("answerA"), f.text("answerB"), f.text("answerC")),
              f.labelOf(List.of("1", "2", "3")))),
  /** BoolQ: {@code dev.jsonl}; harness {@code boolq}. */
  BOOLQ(
      "boolq",
      TaskFile.JSON_LINES,
      f ->
          new Question(
              f.place(),
              f.text("passage") + "\nQuestion: " + f.text("question") + "?\nAnswer:",
              List.of("no", "yes"),
              f.oneOf("answer", List.of("false", "true")))),
  /** RACE: the folder {@code test/high}; harness {@code race}, one question an article. */
  RACE("race", TaskFile.JSON_FOLDER, Prompts::race),
  /** TruthfulQA: {@code mc_task.json}; harness {@code truthfulqa_mc1}. */
  TRUTHFULQA_MC1("truthfulqa-mc1", TaskFile.JSON_LIST, Task::truthfulqa),
  /** MC-TACO: {@code test_9442.tsv}; harness {@code mc_taco}, accuracy over single answers. */
  MC_TACO(
      "mc-taco",
      TaskFile.TABS,
      f ->
          new Question(
              f.place(),
              "%s\nQuestion: %s\nAnswer: %s\nPlausible:"
                  .formatted(f.text("0"), f.text("1"), f.text("2")),
              List.of("no", "yes"),
              f.oneOf("3", List.of("no", "yes")))),
  /** ANLI: {@code R1/test.jsonl} and the like; harness {@code anli_r1}. */
  ANLI(
      "anli",
      TaskFile.JSON_LINES,
      f ->
          new Question(
              f.place(),
              "%s\nQuestion: %s True, False, or Neither?\nAnswer:"
                  .formatted(f.text("context"), f.text("hypothesis")),
              List.of("True", "Neither", "False"),
              f.oneOf("label", List.of("e", "n", "c")))),
  /**
   * LAMBADA: a text a line, or {@code lambada_test.jsonl}; harness {@code lambada}. The one choice
   * is the last word; it is priced, and no accuracy is told: that would need a greedy answer.
   */
  LAMBADA("lambada", TaskFile.TEXT_LINES, Prompts::lambada);

  private final String label;
  private final TaskFile format;
  private final Function<Fields, Question> question;

  Task(String label, TaskFile format, Function<Fields, Question> question) {
    this.label = label;
    this.format = format;
    this.question = question;
  }

  /** The name on the command line. */
  public String label() {
    return label;
  }

  /**
   * The task of a name.
   *
   * @throws BadInput with the nearest name when there is none
   */
  public static Task of(String name) {
    List<String> known = Arrays.stream(values()).map(Task::label).toList();
    if (!known.contains(name)) {
      throw new BadInput("task \"%s\" is unknown%s".formatted(name, NearestName.hint(name, known)));
    }
    return values()[known.indexOf(name)];
  }

  /**
   * The questions of a file.
   *
   * @param file its path, or its address on S3 or on the web
   * @throws BadInput naming file and line of what is not as the format says
   */
  public List<Question> read(TaskData data, String file) throws IOException {
    List<Question> questions = new ArrayList<>();
    for (Fields entry : format.read(data, file)) {
      Question read = question.apply(entry);
      if (read.choices().contains("")) {
        throw entry.bad("an empty choice", "text");
      }
      questions.add(read);
    }
    if (questions.isEmpty()) {
      throw new BadInput("%s: no question, expected at least one".formatted(file));
    }
    return questions;
  }

  private static Question truthfulqa(Fields f) {
    List<String> choices = new ArrayList<>();
    int gold = -1;
    Iterator<Map.Entry<String, JsonNode>> targets = f.object("mc1_targets").pairs();
    while (targets.hasNext()) {
      Map.Entry<String, JsonNode> target = targets.next();
      if (target.getValue().asInt() == 1) {
        gold = choices.size();
      }
      choices.add(target.getKey());
    }
    if (gold < 0) {
      throw f.bad("no choice of mc1_targets is 1", "one that is true");
    }
    return new Question(f.place(), Prompts.TRUTHFULQA + f.text("question") + "\nA:", choices, gold);
  }
}
