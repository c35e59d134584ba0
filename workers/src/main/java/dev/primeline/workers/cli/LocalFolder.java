package dev.primeline.workers.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of {@code --output}: a path of this machine, never an address. */
final class LocalFolder implements ITypeConverter<Path> {

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  @Override
  public Path convert(String text) {
    if (text.isBlank() || ADDRESS.matcher(text).matches()) {
      throw new TypeConversionException(
          "\"%s\", expected a local folder (PRIMELINE_STORE may name a store elsewhere)"
              .formatted(text));
    }
    return Path.of(text);
  }
}
