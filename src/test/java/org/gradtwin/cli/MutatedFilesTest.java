package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.KnownFailureReader;
import org.gradtwin.report.Environment;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.verify.TrainingTwin;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Damaged files: each is refused in one line that begins with its name, or runs to its end. {@code -Dgradtwin.seed} asks for
 * others.
 */
class MutatedFilesTest {
    private static final long SEED = Long.getLong("gradtwin.seed", 1);

    /** Together they have every key of a fixture. */
    private static final List<String> FIXTURES = List.of(
            "op/square",
            "op/arange",
            "op/embedding",
            "op/argmax",
            "op/sign",
            "op/nan_to_num",
            "composition/zeros",
            "program/makemore-bigram");

    @TempDir
    private Path folder;

    private static JsonNode tree(String file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(Path.of("fixtures", file + ".json")));
    }

    /** The file with one case alone, and the flags of that one. */
    private static JsonNode withOneCase(JsonNode file, Random random) {
        ObjectNode copy = (ObjectNode) file.deepCopy();
        ArrayNode cases = (ArrayNode) copy.get("cases");
        JsonNode one = cases.get(random.nextInt(cases.size()));
        copy.putArray("cases").add(one);
        if (copy.get("flags") instanceof ObjectNode flags) {
            Set<String> own =
                    one.path("flags").valueStream().map(JsonNode::stringValue).collect(Collectors.toSet());
            flags.retain(own);
        }
        return copy;
    }

    private void damage(int count, String name, Function<Random, byte[]> made, Consumer<Path> use) throws IOException {
        Random random = new Random(SEED);
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        List<String> wrong = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = made.apply(random);
            Files.write(file, bytes);
            long start = System.nanoTime();
            String problem = null;
            try {
                use.accept(file);
            } catch (FixtureException e) {
                refused++;
                problem = problem(e.getMessage(), file);
            } catch (UncheckedIOException e) {
                refused++;
                problem = problem(e.getCause().getMessage(), file);
            } catch (RuntimeException | Error e) {
                problem = "unlocated " + e + " at "
                        + List.of(e.getStackTrace()).subList(0, Math.min(4, e.getStackTrace().length));
            }
            if (System.nanoTime() - start > 30e9) {
                problem = "took more than 30 s";
            }
            if (problem != null) {
                wrong.add(i + ": " + problem);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(refused).isGreaterThan(count / 3);
    }

    private static Function<Random, byte[]> oneCaseOf(List<JsonNode> files) {
        return random ->
                new Mutations(random.nextLong()).of(withOneCase(files.get(random.nextInt(files.size())), random));
    }

    /** Every other one in its packed columns. */
    private static byte[] damaged(JsonNode report, Random random) {
        if (random.nextBoolean()) {
            return new Mutations(random.nextLong()).of(report.deepCopy());
        }
        String key = List.of("checks", "cases").get(random.nextInt(2));
        try {
            JsonNode columns = JsonMapper.shared()
                    .readTree(new GZIPInputStream(
                            new ByteArrayInputStream(report.get(key).binaryValue())));
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream zipped = new GZIPOutputStream(packed)) {
                zipped.write(new Mutations(random.nextLong()).of(columns));
            }
            ObjectNode copy = (ObjectNode) report.deepCopy();
            return copy.put(key, packed.toByteArray()).toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String problem(String message, Path file) {
        boolean right = message.startsWith(file.toString()) && message.lines().count() == 1 && message.length() < 2100;
        return right ? null : "said " + message.substring(0, Math.min(300, message.length()));
    }

    @Test
    void damagedFixturesAreRefusedInALineOrRun() throws IOException {
        List<JsonNode> files = new ArrayList<>();
        for (String file : FIXTURES) {
            files.add(tree(file));
        }
        Verifier verifier = new Verifier(new TorchEngine(), List.of(new MatrixEngine()));
        damage(900, "f/a.json", oneCaseOf(files), file -> {
            FixtureReader.read(file);
            FixtureSet set = FixtureSet.in(file.getParent());
            FixtureSet.requireComplete(set.cases());
            List<Trial> trials = set.cases().stream().flatMap(verifier::verify).toList();
            assertThat(ReportFiles.json(RunReport.of(trials, Environment.current())))
                    .isNotEmpty();
        });
    }

    @Test
    void damagedTrainingsAreRefusedInALineOrRun() throws IOException {
        damage(400, "f/a.json", oneCaseOf(List.of(tree("training/optimizers"))), file -> {
            FixtureSet set = FixtureSet.in(file.getParent());
            FixtureSet.requireRecorded(set.trainings())
                    .forEach(training -> TrainingTwin.run(training, List.of(new MatrixEngine()), List.of()));
        });
    }

    @Test
    void damagedKnownFailuresAreRefusedInALineOrRead() throws IOException {
        JsonNode known = JsonMapper.shared().readTree("""
                [{"case": ["op/tanh-*", "op/sin-*"], "quantity": "grad x", "dtype": "float64", "kind": "defect",
                  "engine": "mine", "because": "a test", "link": "https://example.org"},
                 {"case": "op/cos-*", "kind": "accuracy", "because": "a test"}]""");
        damage(
                300,
                "known.json",
                random -> new Mutations(random.nextLong()).of(known.deepCopy()),
                KnownFailureReader::read);
    }

    @Test
    void damagedReportsAreRefusedInALineOrShown() throws IOException {
        List<Trial> trials = Verifier.trials(new WrongTanh(), "op/tanh-matrix").toList();
        JsonNode report = JsonMapper.shared().readTree(ReportFiles.json(RunReport.of(trials, Environment.current())));
        damage(
                400,
                "report.json",
                random -> damaged(report, random),
                file -> assertThat(
                                Dashboard.page(Stream.of(ReportFiles.read(file)).toList()))
                        .isNotEmpty());
    }
}
