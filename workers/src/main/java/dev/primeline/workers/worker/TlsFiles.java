package dev.primeline.workers.worker;

import dev.primeline.workflows.experiment.BadInput;
import io.temporal.envconfig.ClientConfigTLS;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import org.jspecify.annotations.Nullable;

/** Looks at what TLS is to use before a connection does, because its errors name no file. */
final class TlsFiles {

  private TlsFiles() {}

  /**
   * Requires that certificates are certificates and that a key comes with its certificate.
   *
   * @throws BadInput naming the variable and the file
   */
  static void require(@Nullable ClientConfigTLS tls) {
    if (tls == null || Boolean.TRUE.equals(tls.isDisabled())) {
      return;
    }
    byte[] certificate =
        content("TEMPORAL_TLS_CLIENT_CERT", tls.getClientCertPath(), tls.getClientCertData());
    byte[] key = content("TEMPORAL_TLS_CLIENT_KEY", tls.getClientKeyPath(), tls.getClientKeyData());
    byte[] authority =
        content(
            "TEMPORAL_TLS_SERVER_CA_CERT", tls.getServerCACertPath(), tls.getServerCACertData());
    if ((certificate == null) != (key == null)) {
      throw new BadInput(
          "TEMPORAL_TLS_CLIENT_%s_PATH: not set, expected it because the other of the pair is"
              .formatted(certificate == null ? "CERT" : "KEY"));
    }
    requireCertificate("TEMPORAL_TLS_CLIENT_CERT", tls.getClientCertPath(), certificate);
    requireCertificate("TEMPORAL_TLS_SERVER_CA_CERT", tls.getServerCACertPath(), authority);
    if (key != null && !text(key).contains("-----BEGIN PRIVATE KEY-----")) {
      throw new BadInput(
          "%s: no private key, expected PEM with BEGIN PRIVATE KEY (PKCS#8, without a passphrase)"
              .formatted(name("TEMPORAL_TLS_CLIENT_KEY", tls.getClientKeyPath())));
    }
  }

  static BadInput notAPair() {
    return new BadInput(
        "TEMPORAL_TLS_CLIENT_KEY_PATH: not the key of TEMPORAL_TLS_CLIENT_CERT_PATH, expected the pair");
  }

  private static byte @Nullable [] content(
      String variable, @Nullable String path, byte @Nullable [] data) {
    if (path == null || path.isEmpty()) {
      return data == null || data.length == 0 ? null : data;
    }
    try {
      return Files.readAllBytes(Path.of(path));
    } catch (IOException e) {
      throw new BadInput("%s: expected a readable file of PEM".formatted(name(variable, path)));
    }
  }

  private static void requireCertificate(
      String variable, @Nullable String path, byte @Nullable [] content) {
    if (content == null) {
      return;
    }
    try {
      if (!CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(content))
          .isEmpty()) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // The sentence below says the same, and quotes nothing.
    }
    throw new BadInput(
        "%s: no certificate, expected PEM with BEGIN CERTIFICATE".formatted(name(variable, path)));
  }

  private static String name(String variable, @Nullable String path) {
    return path == null || path.isEmpty() ? variable + "_DATA" : variable + "_PATH: " + path;
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
