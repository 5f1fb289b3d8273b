/**
 * Engines that are wrong on purpose, to test the harness: each fault is a gradient bug that real engines have had, read
 * from a public thread or history. A fault that the bundled corpus does not notice is a hole in the corpus.
 */
@NullMarked
package org.gradtwin.faults;

import org.jspecify.annotations.NullMarked;
