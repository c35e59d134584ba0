package dev.primeline.activities.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsoFlopFileTest {

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("points.csv"), text);
  }

  @Test
  void columnsMayStandInAnyOrder() throws IOException {
    assertThat(
            IsoFlopFile.read(
                file("nats,family,tokens,extra,parameters,flops\n3.5,arm,2e9,x,1e6,1.2e16\n\n")))
        .containsExactly(new IsoFlopPoint("arm", 1.2e16, 1e6, 2e9, 3.5, null));
  }

  @Test
  void whatIsNoPointIsRefusedWithItsPlace() throws IOException {
    String header = "family,flops,parameters,tokens,nats\n";
    Path wrong = file(header + "arm,1e18,1e6,2e9,3.5\narm,1e18,1e6,2e9,low\n");
    assertThatThrownBy(() -> IsoFlopFile.read(wrong))
        .isInstanceOf(BadInput.class)
        .hasMessage(wrong + ":3: nats \"low\", expected a positive number");
    Path cut = file(header + "arm,1e18\n");
    assertThatThrownBy(() -> IsoFlopFile.read(cut)).hasMessage(cut + ":2: 2 columns, expected 5");
    Path columns = file("family,flops,tokens,nats\n");
    assertThatThrownBy(() -> IsoFlopFile.read(columns))
        .hasMessage(
            columns
                + ":1: no column parameters, expected family, flops, parameters, tokens and nats");
    Path none = file(header);
    assertThatThrownBy(() -> IsoFlopFile.read(none))
        .hasMessage(none + ": no points, expected a line for each training");
  }
}
