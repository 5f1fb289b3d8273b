/**
 * Gradients and values that somebody computed, held against PyTorch without an engine: arrays on one side, a line of Python on the other.
 * Nothing here needs a test framework; what fails is an {@link AssertionError}.
 */
@NullMarked
package org.gradtwin.assertions;

import org.jspecify.annotations.NullMarked;
