package dev.primeline.activities.airflow;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom to believe that a server is who it says, other than those whom Java believes. */
final class Authorities {

  private Authorities() {}

  /**
   * Trusts the certificates of a PEM file and no others.
   *
   * @throws BadInput when it holds none
   */
  static SSLContext trusted(Path pem) {
    try (InputStream file = Files.newInputStream(pem)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        trusted.setCertificateEntry("authority-" + number++, one);
      }
      if (number == 0) {
        throw noCertificates(pem);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw noCertificates(pem);
    }
  }

  private static BadInput noCertificates(Path pem) {
    return new BadInput(
        "PRIMELINE_AIRFLOW_CA: %s holds no certificates, expected PEM".formatted(pem));
  }
}
