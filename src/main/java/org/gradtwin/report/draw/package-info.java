/**
 * Pictures without any program to install: computation graphs as DOT text and as SVG, and plots as SVG. A picture is a
 * function of what is drawn, so the same input gives the same bytes; what differs is marked by text and by shape, never
 * by colour alone.
 */
@NullMarked
package org.gradtwin.report.draw;

import org.jspecify.annotations.NullMarked;
