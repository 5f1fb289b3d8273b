package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spark runs copies of tasks that take longer than others, and takes the result of whichever ends first. No copy runs on the host of
 * another: so there are a master and two workers, each on a loopback address of its own.
 */
@Tag("campaign-spark")
class SpeculationTest extends OnSpark {
    private final List<Process> cluster = new ArrayList<>();

    @AfterEach
    void stop() {
        cluster.forEach(Process::destroyForcibly);
    }

    private void daemon(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.apache.spark.deploy." + name));
        command.addAll(List.of("--webui-port", "0"));
        command.addAll(List.of(arguments));
        cluster.add(started(command, name + ".out", name + ".err"));
    }

    private String startCluster() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String master = "spark://127.0.0.1:" + port;
        daemon("master.Master", "--host", "127.0.0.1", "--port", Integer.toString(port));
        for (String host : List.of("127.0.0.2", "127.0.0.3")) {
            String work = folder.resolve(host).toString();
            daemon("worker.Worker", "--host", host, "--cores", "1", "--memory", "1g", "--work-dir", work, master);
        }
        return master;
    }

    @Test
    void copiesOfTasksCountNothingTwice() throws Exception {
        List<String> fuzz = List.of("fuzz", "--seed", "200", "--count", "400", "--engine", "scalar");
        List<String> mutants = List.of("mutants", "--case", "op/t*", "--count", "200", "--matrix", "matrix");
        String programs = out(Main.AGREE, start(List.of(), fuzz));
        String noticed = out(Main.AGREE, start(List.of(), mutants));
        String matrix = Files.readString(folder.resolve("matrix"));
        Files.delete(folder.resolve("matrix"));

        String master = startCluster();
        assertThat(withCopies(fuzz, master)).isEqualTo(programs);
        assertThat(withCopies(mutants, master)).isEqualTo(noticed);
        assertThat(folder.resolve("matrix")).hasContent(matrix);
    }

    /** What a verb prints when Spark copies each task that is left as soon as a worker has nothing else to do. */
    private String withCopies(List<String> verb, String master) throws Exception {
        Path events = Files.createDirectory(folder.resolve("events-" + verb.get(0)));
        List<String> properties = Stream.of(
                        "speculation=true",
                        "speculation.interval=10ms",
                        "speculation.minTaskRuntime=0",
                        "speculation.multiplier=0.01",
                        "speculation.quantile=0.01",
                        "speculation.efficiency.enabled=false",
                        "eventLog.enabled=true",
                        "eventLog.compress=false",
                        "eventLog.dir=" + events.toUri())
                .map(property -> "-Dspark." + property)
                .toList();
        Process driver = start(
                properties,
                Stream.concat(verb.stream(), Stream.of("--master", master)).toList());
        cluster.add(driver);
        String out = out(Main.AGREE, driver);
        try (Stream<Path> files = Files.walk(events)) {
            List<Path> logs = files.filter(Files::isRegularFile).toList();
            assertThat(logs).isNotEmpty();
            assertThat(logs).anySatisfy(log -> assertThat(log).content().contains("\"Speculative\":true"));
        }
        return out;
    }
}
