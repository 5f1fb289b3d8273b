/**
 * The dashboard: one self-contained page about a run that opens from a file, made from the report and nothing else, so
 * that the same report gives the same bytes. Every text that a fixture brings along is escaped.
 */
@NullMarked
package org.gradtwin.report.html;

import org.jspecify.annotations.NullMarked;
