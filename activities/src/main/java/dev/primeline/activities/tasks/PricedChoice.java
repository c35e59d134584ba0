package dev.primeline.activities.tasks;

/**
 * What a choice costs.
 *
 * @param nats bound on -log p(choice | context); ARM: exact
 * @param tokens that were scored
 * @param characters of the choice, as Unicode code points
 * @param bytes of the choice in UTF-8
 */
public record PricedChoice(double nats, int tokens, int characters, int bytes) {}
