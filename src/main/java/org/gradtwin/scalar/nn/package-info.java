/**
 * Networks of scalar nodes: neurons, layers and multi-layer perceptrons, as in a first course on backpropagation, and
 * as fast as arrays allow. All parameters of a network lie next to each other, and a neuron's weighted sum is a single
 * operation on the tape.
 */
@NullMarked
package org.gradtwin.scalar.nn;

import org.jspecify.annotations.NullMarked;
