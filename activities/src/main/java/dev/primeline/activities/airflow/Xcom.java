package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that a task left for others.
 *
 * @param value any JSON
 */
record Xcom(JsonNode value) {}
