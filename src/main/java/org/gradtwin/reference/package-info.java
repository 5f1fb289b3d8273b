/**
 * What is asked of PyTorch in Python, and what becomes of its answers: cases go out as jobs that are read, checked and normalised, and
 * come back with numbers and tolerances. Nothing in Python reads a fixture, and nothing here runs a program.
 */
@NullMarked
package org.gradtwin.reference;

import org.jspecify.annotations.NullMarked;
