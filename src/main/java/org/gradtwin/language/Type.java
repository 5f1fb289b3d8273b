package org.gradtwin.language;

import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;

/**
 * What is known of a value before anything runs.
 *
 * @param dtype the element type
 * @param shape the sizes
 * @param requiresGrad whether the value depends on a leaf that requires a gradient
 */
public record Type(DType dtype, Shape shape, boolean requiresGrad) {}
