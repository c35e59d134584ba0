package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients as settings ask for; what settings leave out is found now or refused now. */
final class S3Clients {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /**
   * The first and four more, with growing pauses: a server that is slow for a moment is waited for.
   */
  private static final int TRIES = 5;

  private S3Clients() {}

  /**
   * A client.
   *
   * @param silence longest wait for a sign of life
   */
  static S3Client open(StoreSettings settings, Duration silence) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region(settings))
            .credentialsProvider(credentials())
            .forcePathStyle(settings.pathStyle())
            .overrideConfiguration(
                c ->
                    c.retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(TRIES)
                            .build()))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(silence));
    settings.endpointUri().ifPresent(builder::endpointOverride);
    if (settings.checksumsWhenRequired()) {
      builder
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    return builder.build();
  }

  private static Region region(StoreSettings settings) {
    if (settings.region().isPresent()) {
      return Region.of(settings.region().get());
    }
    if (settings.endpoint().isPresent()) {
      return Region.US_EAST_1;
    }
    try {
      return new DefaultAwsRegionProviderChain().getRegion();
    } catch (SdkClientException e) {
      throw new BadInput("no AWS region is set: expected one in AWS_REGION or in the AWS profile");
    }
  }

  private static AwsCredentialsProvider credentials() {
    AwsCredentialsProvider provider = DefaultCredentialsProvider.builder().build();
    try {
      provider.resolveCredentials();
    } catch (SdkClientException e) {
      throw new BadInput(
          "no S3 credentials were found: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the"
              + " environment, an AWS profile, or a role of this machine");
    }
    return provider;
  }
}
