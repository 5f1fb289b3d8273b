package org.gradtwin.engines.torch;

/**
 * What a report has to say about the twin, because the last bits of a result depend on it.
 *
 * @param djl version of the Deep Java Library
 * @param pytorch version of libtorch
 * @param cpuCapability the vector instructions that libtorch's kernels use: {@code DEFAULT}, {@code AVX2},
 *     {@code AVX512}
 * @param threads how many threads one kernel may use
 */
public record TorchVersions(String djl, String pytorch, String cpuCapability, int threads) {}
