package org.gradtwin.cli;

import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.gradtwin.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where something long runs: in this process, or on Apache Spark. */
final class ClusterOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--master",
            arity = "0..1",
            paramLabel = "URL",
            description = "Run on Apache Spark: local[*], or the URL of a cluster (default: this process alone).")
    private @Nullable String master;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            defaultValue = "target/gradtwin-campaign",
            description =
                    "With --master: where finished blocks are kept, a folder or any path that Hadoop knows; the same"
                            + " campaign goes on from there (default: ${DEFAULT-VALUE}).")
    private String checkpoint = "";

    /** Starts workers by a service. */
    interface Start<P, W> {
        /** As the service has it: the master, the folder, what a person should know meanwhile. */
        W open(P provider, String master, String folder, Consumer<String> tells);
    }

    /** Whether workers were asked for. */
    boolean hasMaster() {
        return master != null;
    }

    /** Workers: they, and what they need, are in another jar. */
    <P, W> W workers(Class<P> service, Start<P, W> start) {
        try {
            P provider = ServiceLoader.load(service).findFirst().orElseThrow(ClassNotFoundException::new);
            return start.open(
                    provider,
                    master == null ? "" : master,
                    checkpoint,
                    line -> spec.commandLine().getErr().println("gradtwin: " + line));
        } catch (ClassNotFoundException | LinkageError e) {
            String missing = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
            throw new EngineUnavailableException("--master: Apache Spark is not on the class path" + missing
                    + ": mvn -Pcampaign package -DskipTests makes target/gradtwin-campaign.jar, which runs it");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
