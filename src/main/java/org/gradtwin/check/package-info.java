/**
 * The comparison of two tensors under a tolerance, and what a comparison is worth: its sharpness is the smallest
 * relative error that it would notice. Closeness is written positively, so that NaN fails; nothing here knows where
 * numbers come from.
 */
@NullMarked
package org.gradtwin.check;

import org.jspecify.annotations.NullMarked;
