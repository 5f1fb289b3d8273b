/**
 * The PyTorch twin: the same contract as every engine under test, met by PyTorch 2.7 through the Deep Java Library. It
 * is the side that is believed, so each op ends in PyTorch's own operator, values and gradients alike. The only package
 * that sees {@code ai.djl}.
 */
@NullMarked
package org.gradtwin.engines.torch;

import org.jspecify.annotations.NullMarked;
