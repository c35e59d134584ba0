package dev.primeline.activities.model;

import java.util.List;

/** A call needs more memory than the device or this process has. What it changed is undefined. */
public final class DeviceMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What libtorch's allocators say, on a GPU and on a CPU. */
  private static final List<String> SIGNS =
      List.of("out of memory", "not enough memory", "can't allocate memory", "std::bad_alloc");

  public DeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What libtorch says went wrong: one of these, or the error itself if it was not memory. */
  static RuntimeException orSelf(RuntimeException error) {
    return String.valueOf(error.getMessage())
        .lines()
        .filter(line -> SIGNS.stream().anyMatch(line::contains))
        .findFirst()
        .<RuntimeException>map(line -> new DeviceMemoryException(line.strip(), error))
        .orElse(error);
  }
}
