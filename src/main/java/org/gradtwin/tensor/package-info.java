/**
 * The plain values that cross engine borders: an element type, a shape, and immutable tensors of up to two
 * dimensions. Nothing here computes; engines and the harness meet in this vocabulary and in no other.
 */
@NullMarked
package org.gradtwin.tensor;

import org.jspecify.annotations.NullMarked;
