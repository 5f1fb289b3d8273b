package org.gradtwin.bench;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What figures depend on.
 *
 * @param cpu name of the processor
 * @param processors how many the process may use
 * @param jdk version of the Java runtime
 * @param collector garbage collector
 * @param kernels kernel set of the matrix engine
 * @param load average number of programs that wanted a processor in the last minute, negative if unknown
 */
public record Machine(String cpu, int processors, String jdk, String collector, String kernels, double load) {
    /** The machine of this process. */
    public static Machine current(String kernels) {
        return new Machine(
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .map(name -> name.split(" ", 2)[0])
                        .distinct()
                        .collect(Collectors.joining(", ")),
                kernels,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** All of it in a line. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors, JDK %s, %s collector, %s kernels, load %.1f",
                cpu,
                processors,
                jdk,
                collector,
                kernels,
                load);
    }

    private static String processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
