package dev.primeline.activities;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rooms form a line, each with at most one door. */
final class RoomRulesTest {

  private static final String HOME = "dev.primeline.activities.";

  /** A room knows the rooms before it. A new room takes its place here. */
  private static final List<String> LINE =
      List.of(
          "heartbeat",
          "artifacts",
          "experiment",
          "airflow",
          "corpus",
          "tokens",
          "subtokens",
          "batches",
          "model",
          "weights",
          "training",
          "checkpoints",
          "evaluation",
          "report",
          "runs",
          "generation",
          "tasks",
          "perplexity",
          "comparison",
          "scaling");

  private static final JavaClasses ROOMS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.primeline.activities");

  @Test
  void everyClassLivesInAKnownRoom() {
    assertThat(ROOMS.stream().map(RoomRulesTest::room)).isSubsetOf(LINE);
  }

  @Test
  void noRoomKnowsARoomToItsRight() {
    classes().should(new KnowOnlyRoomsToTheirLeft()).check(ROOMS);
  }

  @Test
  void onlyArtifactsKnowsTheAwsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HOME + "artifacts")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(ROOMS);
  }

  @Test
  void onlyModelKnowsTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HOME + "model", HOME + "tokens")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(ROOMS);
    noClasses()
        .that()
        .resideInAPackage(HOME + "tokens")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ai.djl..").and(resideOutsideOfPackage("ai.djl.huggingface..")))
        .check(ROOMS);
  }

  @Test
  void onlyDoorsAndHeartbeatsKnowTemporal() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("ActivitiesImpl")
        .and()
        .resideOutsideOfPackage(HOME + "heartbeat")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.temporal..")
        .check(ROOMS);
  }

  @Test
  void aRoomHasAtMostOneDoor() {
    Map<String, List<String>> doors =
        ROOMS.stream()
            .filter(type -> type.getSimpleName().endsWith("ActivitiesImpl"))
            .collect(
                Collectors.groupingBy(
                    RoomRulesTest::room,
                    Collectors.mapping(JavaClass::getSimpleName, Collectors.toList())));
    assertThat(doors.values()).allSatisfy(names -> assertThat(names).hasSize(1));
  }

  private static String room(JavaClass type) {
    String below = (type.getPackageName() + ".").substring(HOME.length());
    return below.substring(0, Math.max(0, below.indexOf('.')));
  }

  private static final class KnowOnlyRoomsToTheirLeft extends ArchCondition<JavaClass> {

    KnowOnlyRoomsToTheirLeft() {
      super("know only rooms to their left");
    }

    @Override
    public void check(JavaClass from, ConditionEvents events) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass();
        if (to.getPackageName().startsWith(HOME)
            && LINE.indexOf(room(to)) > LINE.indexOf(room(from))) {
          events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
        }
      }
    }
  }
}
