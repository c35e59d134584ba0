package dev.primeline.workflows.experiment;

/** Whether runs can be searched by what is particular to them. */
public enum Search {
  /** The namespace has the search attributes of runs. */
  READY,
  /** It lacks them. */
  LACKING,
  /** The server knows no such thing: it is the one inside a process. */
  NONE
}
