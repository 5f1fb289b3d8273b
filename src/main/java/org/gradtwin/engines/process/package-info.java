/**
 * Engines of others, in any language: a child process that speaks protocol 1, JSON lines over standard input and output
 * ({@code src/docs/protocol.md}). A child is data's enemy until it has answered: lines, shapes, types, time and memory are bounded, and
 * a child that breaks costs its program only.
 */
@NullMarked
package org.gradtwin.engines.process;

import org.jspecify.annotations.NullMarked;
