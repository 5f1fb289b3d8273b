/**
 * Networks of scalar nodes: neurons, layers and multi-layer perceptrons, as in a first course on backpropagation, and
 * as fast as arrays allow. All parameters of a network lie next to each other, and a layer's weighted sums are a
 * single operation.
 */
@NullMarked
package org.gradtwin.scalar.nn;

import org.jspecify.annotations.NullMarked;
