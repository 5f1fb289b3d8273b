/**
 * The expression language: programs in a strict subset of Python with PyTorch's names, the table of ops with their
 * signatures, shape rules, domains and conventions, and the check of shapes before anything runs. A program is data; it
 * is walked by the evaluator of {@code engine}, never executed as text.
 */
@NullMarked
package org.gradtwin.language;

import org.jspecify.annotations.NullMarked;
