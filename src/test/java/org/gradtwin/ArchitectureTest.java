package org.gradtwin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Holds the layers of the design: each package uses only those above it in the table, and only the twin sees DJL. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    /** Compiled by the profile campaign only. */
    private static final Path CAMPAIGN = Path.of("src", "campaign", "java");

    private static final String ROOT = "org.gradtwin";
    private static final int MAX_LINES = 400;

    /** The table of the design, top to bottom. */
    private static final List<String> LAYERS = List.of(
            "tensor",
            "scalar",
            "matrix",
            "train",
            "language",
            "op",
            "engine",
            "engines",
            "check",
            "fixture",
            "reference",
            "verify",
            "fuzz",
            "mutants",
            "campaign",
            "assertions",
            "report",
            "junit",
            "cli");

    /** The engines are complete without the harness, and without each other: what each of them uses. */
    private static final Map<String, List<String>> ALONE =
            Map.of("tensor", List.of(), "scalar", List.of(), "matrix", List.of("tensor"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everySourceFileIsScanned() throws IOException {
        Set<String> scanned = new TreeSet<>();
        CLASSES.stream()
                .filter(type -> type.getEnclosingClass().isEmpty())
                .forEach(type -> scanned.add(type.getFullName()));
        Set<String> written = new TreeSet<>();
        for (Path file : sources(SOURCES)) {
            String name = SOURCES.relativize(file).toString().replace('\\', '/').replace('/', '.');
            written.add(name.substring(0, name.length() - ".java".length()));
        }
        assertThat(written).hasSizeGreaterThan(35);
        assertThat(scanned).containsAll(written);
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(layer(type)));
        assertThat(LAYERS).containsAll(packages);
    }

    @Test
    void packagesUseOnlyThoseAbove() {
        for (int i = 0; i < LAYERS.size(); i++) {
            Set<String> allowed = new TreeSet<>(ALONE.getOrDefault(LAYERS.get(i), LAYERS.subList(0, i)));
            allowed.add(LAYERS.get(i));
            noClasses()
                    .that(DescribedPredicate.describe("are in " + LAYERS.get(i), inLayers(Set.of(LAYERS.get(i)))))
                    .should()
                    .dependOnClassesThat(DescribedPredicate.describe(
                            "are in none of " + allowed,
                            type -> type.getPackageName().startsWith(ROOT) && !allowed.contains(layer(type))))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void theEnginesNeedNothingButJava() {
        noClasses()
                .that(DescribedPredicate.describe("are in " + ALONE.keySet(), inLayers(ALONE.keySet())))
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "jdk.incubator.vector..", "org.jspecify.annotations..", ROOT + "..")
                .check(CLASSES);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheTwinSeesDjl() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".engines.torch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
    }

    /** Spark is not on the product's class path; Scala and Hadoop come with it. The profile campaign adds the package. */
    @Test
    void onlyTheCampaignSeesSpark() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".campaign..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..", ROOT + ".campaign..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrints() {
        for (String stream : List.of("out", "err")) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + ".cli..")
                    .should()
                    .accessField(System.class, stream)
                    .check(CLASSES);
        }
    }

    @Test
    void everyPackageSaysWhyItExistsAndIsNullMarked() throws IOException {
        Set<Path> directories = new TreeSet<>();
        for (Path file : sources()) {
            directories.add(file.getParent());
        }
        for (Path directory : directories) {
            assertThat(directory.resolve("package-info.java")).content().contains("/**", "@NullMarked");
        }
        for (JavaClass type : CLASSES) {
            assertThat(type.getPackage().isAnnotatedWith(NullMarked.class))
                    .as("%s is null-marked", type.getPackageName())
                    .isTrue();
        }
    }

    @Test
    void noClassIsLong() throws IOException {
        Map<String, Long> lengths = new TreeMap<>();
        for (Path file : sources()) {
            try (Stream<String> lines = Files.lines(file)) {
                lengths.put(file.toString(), lines.count());
            }
        }
        List<String> tooLong = new ArrayList<>();
        lengths.forEach((file, lines) -> {
            if (lines >= MAX_LINES) {
                tooLong.add(file + " has " + lines + " lines");
            }
        });
        assertThat(tooLong).isEmpty();
    }

    private static DescribedPredicate<JavaClass> inLayers(Set<String> layers) {
        return DescribedPredicate.describe("are in " + layers, type -> layers.contains(layer(type)));
    }

    /** The package right under the root. */
    private static String layer(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.")[0];
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>(sources(SOURCES));
        all.addAll(sources(CAMPAIGN));
        return all;
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }
}
