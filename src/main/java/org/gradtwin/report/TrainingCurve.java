package org.gradtwin.report;

/**
 * The same training on both sides, step by step.
 *
 * @param name what was trained, and how
 * @param engine the engine
 * @param loss its loss at every step
 * @param reference PyTorch's loss at every step
 * @param drift how far the two were apart at every step, relative to PyTorch's
 */
public record TrainingCurve(String name, String engine, double[] loss, double[] reference, double[] drift) {}
