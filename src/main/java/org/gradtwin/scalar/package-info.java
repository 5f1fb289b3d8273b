/**
 * The scalar engine: reverse-mode automatic differentiation of float64 scalars, with PyTorch's conventions at kinks
 * and for special values. It stands alone, so that the harness can judge it like any other engine.
 *
 * <p>A {@link org.gradtwin.scalar.Node} is a thin handle. Operations are recorded in creation order on a
 * {@link org.gradtwin.scalar.Tape} of primitive arrays, and backward is one reverse sweep over it: every edge is
 * passed exactly once, nothing recurses, and a node that does not lead to the root costs nothing.
 */
@NullMarked
package org.gradtwin.scalar;

import org.jspecify.annotations.NullMarked;
