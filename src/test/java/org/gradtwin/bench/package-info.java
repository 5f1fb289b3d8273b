/**
 * How fast the engines are. Every figure is a ratio of tasks that ran in turn in one process, because the same program
 * takes half as long again a minute later; each stands beside the bar that the project has set itself.
 */
@NullMarked
package org.gradtwin.bench;

import org.jspecify.annotations.NullMarked;
