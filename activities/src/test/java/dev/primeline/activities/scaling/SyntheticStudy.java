package dev.primeline.activities.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Points that follow a known law, with noise of a known size. */
final class SyntheticStudy {

  private SyntheticStudy() {}

  /**
   * Six budgets from 1e18 to 3e20 with nine sizes each, C = 6 N D.
   *
   * @param noise standard deviation of ln loss
   */
  static List<IsoFlopPoint> points(String family, ScalingLaw law, double noise, long seed) {
    Random random = new Random(seed);
    List<IsoFlopPoint> points = new ArrayList<>();
    for (double flops : new double[] {1e18, 3e18, 1e19, 3e19, 1e20, 3e20}) {
      double best = optimum(law, flops);
      for (int i = -4; i <= 4; i++) {
        double n = best * Math.pow(1.6, i);
        double d = flops / (6 * n);
        double nats = law.at(n, d) * Math.exp(noise * random.nextGaussian());
        points.add(new IsoFlopPoint(family, flops, n, d, nats, null));
      }
    }
    return points;
  }

  /** N*(C) in closed form. */
  static double optimum(ScalingLaw law, double flops) {
    double g =
        Math.pow(law.alpha() * law.a() / (law.beta() * law.b()), 1 / (law.alpha() + law.beta()));
    return g * Math.pow(flops / 6, law.sizeExponent());
  }
}
