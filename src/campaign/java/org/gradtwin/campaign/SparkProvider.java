package org.gradtwin.campaign;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.mutants.Hunters;
import org.gradtwin.mutants.Plan;

/** Starts a campaign on Spark: on this machine unless it is told of a cluster, which {@code spark-submit} does too. */
@AutoService({Examiner.Provider.class, Hunters.Provider.class})
public final class SparkProvider implements Examiner.Provider, Hunters.Provider {
    /** Found as a service. */
    public SparkProvider() {}

    @Override
    public Examiner open(String master, String folder, Examiner.Plan plan, Consumer<String> tells) {
        return new SparkExaminer(start(master), folder, plan, tells);
    }

    @Override
    public Hunters open(String master, String folder, Plan plan, long size, Consumer<String> tells) {
        return new SparkHunters(start(master), folder, plan, size, tells);
    }

    private static JavaSparkContext start(String master) {
        SparkConf conf = new SparkConf();
        if (master.isEmpty()) {
            conf.setIfMissing("spark.master", "local[*]");
        } else {
            conf.setMaster(master);
        }
        conf.setIfMissing("spark.app.name", "gradtwin");
        conf.setIfMissing("spark.ui.enabled", "false");
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        // The same kernels there as here: others round in another way.
        conf.setIfMissing(
                "spark.executor.extraJavaOptions",
                Kernels.vectorIsPresent()
                        ? "--add-modules " + Kernels.VECTOR_MODULE
                        : "-D" + Kernels.PROPERTY + "=plain");
        Path jar = Guard.home();
        if (jar.toString().endsWith(".jar")) {
            conf.setIfMissing("spark.jars", jar.toUri().toString());
        }
        try {
            return new JavaSparkContext(conf);
        } catch (Exception e) { // Scala does not declare what it throws
            throw new IllegalArgumentException("--master: " + conf.get("spark.master") + ": " + e.getMessage(), e);
        }
    }
}
