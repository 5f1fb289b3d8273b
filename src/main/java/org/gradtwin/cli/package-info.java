/**
 * The command line: one class a verb, exit codes 0 (all agree), 1 (something disagrees, is vacuous or dull), 2 (wrong usage, or
 * nothing to compare), 3 (broken or no fixture, missing engine, a file that cannot be read or written). Results go to standard
 * output, problems and progress to standard error; nothing else in the project prints.
 */
@NullMarked
package org.gradtwin.cli;

import org.jspecify.annotations.NullMarked;
