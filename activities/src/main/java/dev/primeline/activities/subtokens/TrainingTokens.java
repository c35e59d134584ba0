package dev.primeline.activities.subtokens;

import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;

/** Opens a prepared corpus' training tokens; not called when their analysis is stored already. */
@FunctionalInterface
interface TrainingTokens {
  TokenSequence open(ArtifactRef corpus) throws IOException;
}
