package dev.primeline.workflows;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A workflow is replayed from its history: it may do nothing that can come out otherwise. */
final class WorkflowRulesTest {

  private static final JavaClasses WORKFLOWS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.primeline.workflows");

  private static final String TIME_AND_CHANCE =
      "java\\.lang\\.System\\.(currentTimeMillis|nanoTime)\\(.*"
          + "|java\\.lang\\.Math\\.random\\(.*"
          + "|java\\.util\\.UUID\\.randomUUID\\(.*"
          + "|java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)\\..*"
          + "|java\\.security\\.SecureRandom\\..*"
          + "|java\\.time\\.(Instant|Local.*|ZonedDateTime|OffsetDateTime|Year.*)\\.now\\(.*"
          + "|java\\.time\\.Clock\\.(system|tick).*"
          + "|java\\.util\\.(Date|GregorianCalendar)\\.<init>\\(\\)"
          + "|java\\.lang\\.Thread\\.(sleep|<init>|start)\\(.*";

  @Test
  void workflowsKnowOnlyJavaJacksonAndTheTemporalSdk() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "dev.primeline.workflows..",
            "io.temporal..",
            "com.fasterxml.jackson..",
            "org.jspecify..",
            "org.slf4j..")
        .check(WORKFLOWS);
  }

  @Test
  void workflowsTouchNoFileNetworkOrProcess() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..", "java.sql..")
                .or(
                    nameMatching(
                        "java\\.io\\.(File.*|RandomAccessFile|Console)"
                            + "|java\\.lang\\.Process.*|java\\.lang\\.Runtime")))
        .check(WORKFLOWS);
  }

  @Test
  void workflowsReadNoClockThrowNoDiceAndStartNoThread() {
    noClasses()
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "a clock, a source of chance or a thread",
                (JavaAccess<?> access) ->
                    access.getTarget().getFullName().matches(TIME_AND_CHANCE)))
        .check(WORKFLOWS);
  }
}
