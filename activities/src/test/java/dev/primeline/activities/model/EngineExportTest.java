package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class EngineExportTest {
  private static final NetworkSpec SPEC =
      Networks.shuffled(
          Networks.prime(4, 2, Head.TOKEN, Objective.BOUND), new ModelShape(1, 8, 2, 8, 6), 13);

  @Test
  void theFileLoadsAndNamesTheLossesOfItsSteps() throws IOException {
    List<Batch> batches = List.of(Networks.batch(SPEC, 2, 6, 1), Networks.batch(SPEC, 2, 6, 2));
    byte[] archive = EngineExport.of(SPEC, batches, Networks.STEP, 5);
    TorchModule.load(archive, Networks.settings()).close();

    Map<String, byte[]> files = extra(archive);
    JsonNode example = new ObjectMapper().readTree(files.get("example.json"));
    EngineSettings engine = new EngineSettings(EngineSettings.defaults().threads(), Kernel.MKL);
    try (Network network = Network.create(SPEC, engine, 5)) {
      for (int i = 0; i < batches.size(); i++) {
        assertThat(example.get("losses").get(i).doubleValue())
            .isEqualTo(network.step(batches.get(i), 2, Networks.STEP).loss());
      }
    }
    // Embedding, seven of the layer, last norm, head; the head has a row for every code.
    assertThat(example.get("parameters")).hasSize(10);
    assertThat(files.keySet()).filteredOn(name -> name.startsWith("p/")).hasSize(10);
    assertThat(example.get("parameters").get(9).get("shape").get(0).intValue()).isEqualTo(16);
  }

  @Test
  void arraysAreInNumpysFormat() throws IOException {
    List<Batch> batches = List.of(Networks.batch(SPEC, 2, 6, 1));
    byte[] codes = extra(EngineExport.of(SPEC, batches, Networks.STEP, 5)).get("codes.npy");
    ByteBuffer file = ByteBuffer.wrap(codes).order(ByteOrder.LITTLE_ENDIAN);
    int header = file.getShort(8);
    assertThat((10 + header) % 64).isZero();
    assertThat(new String(codes, 10, header, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2, 7,), }")
        .endsWith("\n");
    assertThat(file.getLong(10 + header)).isEqualTo(SPEC.codes()[batches.get(0).tokens()[0]]);
    assertThat(codes).hasSize(10 + header + 14 * Long.BYTES);
  }

  @Test
  void withoutStepsThereAreNoWeights() throws IOException {
    Map<String, byte[]> files = extra(EngineExport.of(SPEC, List.of(), Networks.STEP, 5));
    assertThat(files).containsOnlyKeys("example.json", "image.npy");
  }

  private static Map<String, byte[]> extra(byte[] archive) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().startsWith("m/extra/")) {
          files.put(entry.getName().substring("m/extra/".length()), zip.readAllBytes());
        }
      }
    }
    return files;
  }
}
