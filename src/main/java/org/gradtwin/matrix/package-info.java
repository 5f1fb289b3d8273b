/**
 * The matrix engine: reverse-mode automatic differentiation over values of any rank, in float32 or float64, recorded
 * while they are computed. It stands on {@code tensor} alone: it knows nothing of the harness that verifies it. {@link
 * org.gradtwin.matrix.Graph} is the tape, {@link org.gradtwin.matrix.Matrix} a value on it; beside the tape, {@link
 * org.gradtwin.matrix.DenseLayer} and {@link org.gradtwin.matrix.SoftmaxCrossEntropy} state the same gradients in closed
 * form, and {@link org.gradtwin.matrix.DenseNetwork} chains them.
 */
@NullMarked
package org.gradtwin.matrix;

import org.jspecify.annotations.NullMarked;
