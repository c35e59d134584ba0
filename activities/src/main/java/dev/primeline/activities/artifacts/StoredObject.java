package dev.primeline.activities.artifacts;

import java.time.Instant;

/**
 * An object as a listing shows it.
 *
 * @param key its name
 * @param bytes its length
 * @param written when, by the store's clock
 */
public record StoredObject(String key, long bytes, Instant written) {}
