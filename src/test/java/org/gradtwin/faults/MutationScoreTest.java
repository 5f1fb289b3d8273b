package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.verify.Check;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The harness notices every fault that it is given, and finds none in the same engine without one. */
class MutationScoreTest {
    private static final Path PAGE = Path.of("src", "docs", "mutation-score.md");
    private static final Path TABLE = Path.of("target", "gradtwin", "mutation-score.txt");

    private static List<Result> results = List.of();

    @BeforeAll
    static void runEveryFault() throws IOException {
        results = Arrays.stream(Fault.values()).parallel().map(Result::of).toList();
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, MutationPage.table(results));
        if (Boolean.getBoolean("gradtwin.update")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, MutationPage.page(results));
        }
    }

    @Test
    void withoutAFault_everyCaseAgrees() {
        List<String> wrong = Recorded.CASES.parallelStream()
                .flatMap(named -> Recorded.verify(FaultyEngine.right(), named))
                .flatMap(trial -> trial.checks().stream())
                .filter(Check::failsGate)
                .map(check -> check.caseName() + " " + check.dtype() + ": " + check.quantity() + ": " + check.reason())
                .toList();
        assertThat(wrong).isEmpty();
    }

    @Test
    void withoutAFault_nothingIsSkipped() {
        assertThat(Recorded.CASES.parallelStream()
                        .map(named -> Recorded.in(named, named.given().dtypes().last()))
                        .flatMap(named -> Recorded.verify(FaultyEngine.right(), named))
                        .flatMap(trial -> trial.checks().stream())
                        .filter(check -> check.verdict() == Verdict.SKIPPED))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void fault_isNoticed(Fault fault) {
        Result result = results.get(fault.ordinal());
        assertThat(result.caught()).as(fault.what()).isPositive();
        assertThat(result.first()).isPresent();
    }

    @Test
    void everyRow_isSeededOrSaysWhyNot() {
        Set<String> rows = Stream.concat(
                        Arrays.stream(Fault.values()).map(Fault::row),
                        Arrays.stream(NotSeeded.values()).map(NotSeeded::name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new ArrayList<>(rows))
                .isEqualTo(IntStream.rangeClosed(1, 51)
                        .mapToObj(row -> String.format("M%02d", row))
                        .toList());
    }

    /** Run with {@code -Dgradtwin.update=true} to write the page anew. */
    @Test
    void theCommittedPageIsWhatTheRunGives() throws IOException {
        assertThat(Files.readString(PAGE)).isEqualTo(MutationPage.page(results));
    }
}
