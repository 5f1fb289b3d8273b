/**
 * The inner loops of the matrix engine, in two flavours behind {@link org.gradtwin.matrix.kernel.Kernels}: plain
 * loops that run everywhere, and the Vector API where its incubator module is present. Kept apart so that no class
 * that needs the module is loaded where it is absent.
 */
@NullMarked
package org.gradtwin.matrix.kernel;

import org.jspecify.annotations.NullMarked;
