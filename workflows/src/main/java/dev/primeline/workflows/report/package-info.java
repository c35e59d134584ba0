/**
 * The contract of the report.
 *
 * <p>In: scores and metrics.
 *
 * <p>Out: result.json and one HTML page.
 *
 * <p>Read first: {@link dev.primeline.workflows.report.ReportActivities}.
 */
@NullMarked
package dev.primeline.workflows.report;

import org.jspecify.annotations.NullMarked;
