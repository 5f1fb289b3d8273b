/**
 * The scalar engine: reverse-mode automatic differentiation of float64 scalars, with PyTorch's conventions at kinks
 * and for special values. It stands alone, so that the harness can judge it like any other engine.
 *
 * <p>A {@link org.gradtwin.scalar.Node} is one scalar and refers to what it was computed from; a
 * {@link org.gradtwin.scalar.NodeRun} is a view of scalars that lie next to each other. Backward puts what a root depends on
 * in order and passes every edge exactly once: nothing recurses, and a node that does not lead to the root costs nothing.
 */
@NullMarked
package org.gradtwin.scalar;

import org.jspecify.annotations.NullMarked;
