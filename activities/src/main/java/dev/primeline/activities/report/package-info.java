/**
 * What a person reads: a run's {@code result.json}, its page with plots, and the terminal's table.
 *
 * <p>In: a {@code ReportRequest} and the metrics of its trainings.
 *
 * <p>Out: {@code RunResult}, one self-contained HTML page, lines of text.
 *
 * <p>Read first: {@link dev.primeline.activities.report.RunReport}.
 */
@NullMarked
package dev.primeline.activities.report;

import org.jspecify.annotations.NullMarked;
