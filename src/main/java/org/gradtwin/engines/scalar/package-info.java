/** The adapter of the scalar engine: a tensor is a list of nodes, an op is a rule over nodes or the op's definition. */
@NullMarked
package org.gradtwin.engines.scalar;

import org.jspecify.annotations.NullMarked;
