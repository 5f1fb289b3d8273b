package org.gradtwin.report;

/**
 * The same training on both sides, step by step.
 *
 * @param name what was trained, and how
 * @param engine the engine
 * @param loss its loss at every step
 * @param reference PyTorch's loss at every step
 * @param drift the error of the loss at every step, divided by what is allowed
 */
public record TrainingCurve(String name, String engine, double[] loss, double[] reference, double[] drift) {}
