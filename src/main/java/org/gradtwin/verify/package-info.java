/**
 * The main job: every case on every engine, each quantity held against PyTorch live and against the recorded numbers.
 * What comes out are checks, one for each comparison, that the report counts and the gate reads.
 */
@NullMarked
package org.gradtwin.verify;

import org.jspecify.annotations.NullMarked;
