/**
 * Engines that are wrong on purpose, to measure how much of what can be wrong a corpus or a fuzzer notices: a right engine whose gradient or
 * value of one op is wrong under a condition. The mutants of an op follow from its file; cases and random programs hunt them, here or on
 * workers elsewhere.
 */
@NullMarked
package org.gradtwin.mutants;

import org.jspecify.annotations.NullMarked;
