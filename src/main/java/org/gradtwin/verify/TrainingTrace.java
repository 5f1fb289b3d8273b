package org.gradtwin.verify;

import java.util.List;
import java.util.Map;

/**
 * What a training gave.
 *
 * @param losses of every step
 * @param parameters by marked step and name, row-major
 */
record TrainingTrace(List<Double> losses, Map<Integer, Map<String, double[]>> parameters) {}
