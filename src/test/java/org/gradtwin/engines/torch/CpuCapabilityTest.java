package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule is libtorch's, read in its source. */
class CpuCapabilityTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,       amd64,   fma avx2 avx512vl avx512bw avx512dq, AVX512",
                "-,       x86_64,  fma avx2 avx512vl avx512bw,          AVX2",
                "-,       amd64,   avx2,                                DEFAULT",
                "-,       amd64,   sse2,                                DEFAULT",
                "-,       amd64,   -,                                   unknown",
                "-,       aarch64, -,                                   DEFAULT",
                "avx2,    amd64,   fma avx2 avx512vl avx512bw avx512dq, AVX2",
                "default, amd64,   fma avx2 avx512vl avx512bw avx512dq, DEFAULT",
                "nonsense, amd64,  fma avx2,                            AVX2",
            })
    void followsLibtorch(String wanted, String arch, String flags, String expected) {
        Set<String> features = flags == null ? Set.of() : Set.of(flags.split(" "));
        assertThat(CpuCapability.of(wanted, arch, features)).isEqualTo(expected);
    }
}
