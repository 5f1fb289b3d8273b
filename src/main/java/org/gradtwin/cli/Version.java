package org.gradtwin.cli;

import org.gradtwin.report.Environment;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: one line for each part that numbers depend on. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Environment environment = Environment.current();
        return new String[] {
            "gradtwin " + environment.gradtwin(),
            "djl      " + environment.djl(),
            "pytorch  " + environment.pytorch() + " (cpu capability " + environment.cpuCapability() + ")",
            "jdk      " + environment.jdk(),
            "os       " + environment.os(),
            "kernels  " + environment.kernels()
        };
    }
}
