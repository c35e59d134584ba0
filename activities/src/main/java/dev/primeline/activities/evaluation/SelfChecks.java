package dev.primeline.activities.evaluation;

import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The three alarms of METHOD section 2, run with every evaluation through its own estimator. */
final class SelfChecks {
  private final EngineSettings engine;
  private final UnaryOperator<Denoiser> pricing;
  private final EvaluationSettings settings;

  /**
   * @param engine on which the Kraft alarm's network runs: the scored network's own
   * @param pricing stands between every denoiser and the estimator: the identity, or in a test a
   *     mistake to be caught
   * @param settings by which the family was scored
   */
  SelfChecks(EngineSettings engine, UnaryOperator<Denoiser> pricing, EvaluationSettings settings) {
    this.engine = engine;
    this.pricing = pricing;
    this.settings = settings;
  }

  /**
   * Oracle and Kraft always, model where the truth is known.
   *
   * @param nelbo [windows] as scored
   * @param truth [windows] -log q; null for text
   */
  SelfCheck run(Family family, double[] nelbo, double @Nullable [] truth) {
    List<Alarm> alarms = new ArrayList<>();
    alarms.add(OracleAlarm.check(family, settings, pricing));
    alarms.add(KraftAlarm.check(family, engine, pricing));
    if (truth != null) {
      alarms.add(ModelAlarm.check(nelbo, truth));
    }
    return new SelfCheck(alarms);
  }
}
