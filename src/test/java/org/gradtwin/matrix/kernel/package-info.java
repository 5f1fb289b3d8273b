/** Tests of the kernels against references of higher precision. */
@NullMarked
package org.gradtwin.matrix.kernel;

import org.jspecify.annotations.NullMarked;
