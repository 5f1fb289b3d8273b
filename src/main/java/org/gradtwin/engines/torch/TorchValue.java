package org.gradtwin.engines.torch;

import ai.djl.pytorch.engine.PtNDArray;
import org.jspecify.annotations.Nullable;

/**
 * A value in a {@link TorchGraph}.
 *
 * @param array PyTorch's tensor
 * @param leaf the leaf that collects its gradient: itself, the probe that was added to it, or none
 */
record TorchValue(PtNDArray array, @Nullable PtNDArray leaf) {}
