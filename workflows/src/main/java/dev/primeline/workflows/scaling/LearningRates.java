package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The learning rate of a size: {@code rate * (width / atWidth) ^ power}. With several rates every
 * size tries each on the first seed, and the other seeds take the one with the lowest held-out
 * score.
 *
 * @param rates at that width, ascending
 * @param atWidth the width where the rates are meant as they stand
 * @param power -1 is the rule of muP for AdamW's matrices, 0 one rate for all sizes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LearningRates(List<Double> rates, int atWidth, double power) {

  public LearningRates {
    rates = List.copyOf(rates);
  }

  double at(double rate, int width) {
    return rate * Math.pow((double) width / atWidth, power);
  }
}
