package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.engines.torch.TorchVersions;
import org.gradtwin.matrix.kernel.Kernels;

/**
 * What a run was made with.
 *
 * @param gradtwin version of this program
 * @param djl version of the Deep Java Library
 * @param pytorch version of libtorch under it
 * @param jdk version of the Java runtime
 * @param os operating system and architecture
 * @param cpuCapability vector width that libtorch uses
 * @param kernels kernel set of the matrix engine
 * @param engines the engines that took part; empty in a report of a version that did not say
 */
public record Environment(
        String gradtwin,
        String djl,
        String pytorch,
        String jdk,
        String os,
        String cpuCapability,
        String kernels,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EngineNote> engines) {
    /** An immutable copy. */
    @SuppressWarnings("ConstantValue")
    public Environment {
        engines = engines == null ? List.of() : List.copyOf(engines);
    }

    /** The same with those engines. */
    public Environment with(List<EngineNote> noted) {
        return new Environment(gradtwin, djl, pytorch, jdk, os, cpuCapability, kernels, noted);
    }

    /**
     * The environment of this process; it starts PyTorch.
     *
     * @throws org.gradtwin.engines.torch.TorchUnavailableException if PyTorch does not start
     */
    public static Environment current() {
        String version = Environment.class.getPackage().getImplementationVersion();
        TorchVersions torch = TorchEngine.versions();
        return new Environment(
                version == null ? "development" : version,
                torch.djl(),
                torch.pytorch(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                torch.cpuCapability(),
                Kernels.best().name(),
                List.of());
    }
}
