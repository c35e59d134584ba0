package dev.primeline.workers.cli;

import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.weights.WeightsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline inspect-weights}: whether a file's tensors can be read, and what they are. */
@Command(
    name = "inspect-weights",
    mixinStandardHelpOptions = true,
    description = {
      "Reads every tensor of a safetensors or PyTorch file and lists them.",
      "",
      "Of a PyTorch file only a state dict of float32, float16 or bfloat16 tensors is read, as data:"
          + " nothing in it is executed, and anything else in it is refused by name and place."
    },
    footerHeading = "%nExample:%n",
    footer = "  primeline inspect-weights model.pth")
final class InspectWeightsCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "What torch.save or safetensors wrote.")
  private Path file = Path.of("");

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    WeightsFile weights = ForeignWeights.read(file);
    TextTable table = new TextTable("tensor", "shape", "numbers", "stored as");
    long sum = 0;
    for (HostTensor tensor : weights.tensors()) {
      sum += tensor.values().length;
      table.row(
          tensor.name(),
          Arrays.toString(tensor.shape()),
          Integer.toString(tensor.values().length),
          String.valueOf(weights.storedAs().get(tensor.name())));
    }
    PrintWriter out = command.commandLine().getOut();
    table.lines().forEach(out::println);
    out.println("%,d numbers in %,d tensors".formatted(sum, weights.tensors().size()));
    out.flush();
    return ExitCode.OK;
  }
}
