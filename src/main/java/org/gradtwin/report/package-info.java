/**
 * What a run leaves behind: the report as JSON, from which everything that people look at is drawn. A report counts
 * every check exactly once, and reading one back gives the same report.
 */
@NullMarked
package org.gradtwin.report;

import org.jspecify.annotations.NullMarked;
