/** The adapter of the matrix engine: an op is one of the engine's own, or the op's definition. */
@NullMarked
package org.gradtwin.engines.matrix;

import org.jspecify.annotations.NullMarked;
