/**
 * The ops, one file each or a small family that shares a rule. A file says all that is known of its ops; engines add a rule for a
 * primitive, or for a faster way, and nothing else stands elsewhere.
 */
@NullMarked
package org.gradtwin.op;

import org.jspecify.annotations.NullMarked;
