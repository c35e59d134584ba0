package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Normalization;
import org.jspecify.annotations.Nullable;

/**
 * How files become documents.
 *
 * @param split where documents of plain text end
 * @param textField the JSONL field or Parquet column that holds the text
 * @param normalization the spelling of characters; null leaves them alone
 */
public record TextRules(
    DocumentSplit split, String textField, @Nullable Normalization normalization) {}
