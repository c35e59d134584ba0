package dev.primeline.activities.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Reads the files that a typed specification names and that decide its numbers. */
@FunctionalInterface
public interface NamedFiles {

  /**
   * The specification with what is known of its tokenizer's file and of given codes, both kept in
   * the store; as it is when it names neither, or what was read before.
   *
   * @throws dev.primeline.workflows.experiment.BadInput when a file is not there or none of its
   *     kind
   */
  ObjectNode read(ObjectNode typed) throws IOException;
}
