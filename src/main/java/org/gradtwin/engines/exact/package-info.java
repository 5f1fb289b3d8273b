/**
 * The exact engine: values in 50 digits, from which the recorded numbers, engines and PyTorch are judged. It has a rule for the value of
 * each primitive and no rule for a derivative: gradients are the values of the program that {@code Differentiation} makes.
 */
@NullMarked
package org.gradtwin.engines.exact;

import org.jspecify.annotations.NullMarked;
