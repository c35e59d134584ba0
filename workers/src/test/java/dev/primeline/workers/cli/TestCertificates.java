package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pair of PEM files, signed by itself: a certificate of one day and its key.
 *
 * @param certificate also the authority to trust
 */
record TestCertificates(Path certificate, Path key) {

  private static final char[] PASSWORD = "password".toCharArray();

  /** For 127.0.0.1 and a name. */
  static TestCertificates create(Path folder, String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias=pair",
            "-keyalg=EC",
            "-validity=1",
            "-storetype=PKCS12",
            "-storepass=" + new String(PASSWORD),
            "-dname=CN=" + name,
            "-ext=san=dns:" + name + ",ip:127.0.0.1",
            "-keystore=" + store);
    Process process =
        new ProcessBuilder(keytool.stream().flatMap(TestCertificates::split).toList())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve(name + ".log"))).isZero();
    KeyStore pair = KeyStore.getInstance(store.toFile(), PASSWORD);
    Certificate certificate = pair.getCertificate("pair");
    Key key = pair.getKey("pair", PASSWORD);
    return new TestCertificates(
        pem(folder.resolve(name + ".pem"), "CERTIFICATE", certificate.getEncoded()),
        pem(folder.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded()));
  }

  /** keytool takes an option and its value as two words. */
  private static Stream<String> split(String argument) {
    int equals = argument.startsWith("-") ? argument.indexOf('=') : -1;
    return equals < 0
        ? Stream.of(argument)
        : Stream.of(argument.substring(0, equals), argument.substring(equals + 1));
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines, what));
  }
}
