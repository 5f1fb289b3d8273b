package org.gradtwin.engines.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which flavour of its kernels libtorch chooses. DJL cannot ask libtorch, so this follows the same rule (PyTorch,
 * {@code aten/src/ATen/native/DispatchStub.cpp}): the environment variable {@code ATEN_CPU_CAPABILITY}, then the
 * processor.
 */
final class CpuCapability {
    private CpuCapability() {}

    static String current() {
        return of(System.getenv("ATEN_CPU_CAPABILITY"), System.getProperty("os.arch"), flags(Path.of("/proc/cpuinfo")));
    }

    /**
     * The rule.
     *
     * @param wanted what the environment asks for, null if nothing
     * @param arch the JVM's name of the architecture
     * @param flags the features of the processor, as Linux names them; empty if unknown
     */
    static String of(@Nullable String wanted, String arch, Set<String> flags) {
        if (wanted != null && Set.of("default", "avx2", "avx512").contains(wanted)) {
            return wanted.toUpperCase(Locale.ROOT);
        }
        if (!arch.equals("amd64") && !arch.equals("x86_64")) {
            return "DEFAULT";
        }
        if (flags.isEmpty()) {
            return "unknown";
        }
        if (flags.containsAll(List.of("avx512vl", "avx512bw", "avx512dq", "fma"))) {
            return "AVX512";
        }
        return flags.containsAll(List.of("avx2", "fma")) ? "AVX2" : "DEFAULT";
    }

    private static Set<String> flags(Path cpuinfo) {
        try (var lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Set.of(line.split(":", 2)[1].strip().split("\\s+")))
                    .orElse(Set.of());
        } catch (IOException | UncheckedIOException e) {
            return Set.of();
        }
    }
}
