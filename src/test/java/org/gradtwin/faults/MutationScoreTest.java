package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.readme.Pages;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Suspects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The harness notices every fault that it is given, and finds none in the same engine without one. */
class MutationScoreTest {
    static final Path PAGE = Path.of("src", "docs", "mutation-score.md");
    private static final Path TABLE = Path.of("target", "gradtwin", "mutation-score.txt");

    private static List<Result> results = List.of();

    @BeforeAll
    static void runEveryFault() throws IOException {
        results = Arrays.stream(Fault.values()).parallel().map(Result::of).toList();
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, MutationPage.table(results));
    }

    @Test
    void withoutAFaultEveryCaseAgrees() {
        List<Check> checks = Recorded.right().stream()
                .flatMap(trial -> trial.checks().stream())
                .toList();
        assertThat(checks).hasSizeGreaterThan(5000);
        assertThat(disagreeing(checks)).isEmpty();
        assertThat(checks).noneMatch(check -> check.verdict() == Verdict.SKIPPED);
        assertThat(Suspects.of(Recorded.right())).isEmpty();
    }

    /** A rule that a fault rewrites as a whole is right as it is written, but for the fault. */
    @ParameterizedTest
    @MethodSource
    void rewrittenRuleIsRight(String what, Rule rule, Set<Op> ops) {
        List<NamedCase> cases = Recorded.CASES.stream()
                .filter(named -> named.given().refusal().isEmpty())
                .filter(named -> named.given().parsed().ops().stream().anyMatch(ops::contains))
                .map(named -> Recorded.in(named, DType.FLOAT64))
                .toList();
        assertThat(cases).hasSizeGreaterThan(10);
        assertThat(disagreeing(checks(() -> FaultyEngine.with(rule, ops), cases)))
                .isEmpty();
    }

    static Stream<Arguments> rewrittenRuleIsRight() {
        return Stream.of(
                arguments("a**b", ElementwiseFaults.power(true), Set.of(Ops.of("pow_tensor"))),
                arguments("maximum", ElementwiseFaults.maximum(0.5), Set.of(Ops.of("maximum"), Ops.of("minimum"))),
                arguments("layer_norm value", LayerNormFaults.rightValue(), Set.of(Ops.of("layer_norm"))),
                arguments("layer_norm gradient", LayerNormFaults.rightGradient(), Set.of(Ops.of("layer_norm"))),
                arguments(
                        "cross_entropy",
                        new CrossEntropyFaults(CrossEntropyFaults.Kind.NOTHING),
                        Set.of(Ops.of("cross_entropy"))));
    }

    private static List<Check> checks(Supplier<FaultyEngine> engine, List<NamedCase> cases) {
        return cases.parallelStream()
                .flatMap(named -> Recorded.verify(engine.get(), named))
                .flatMap(trial -> trial.checks().stream())
                .toList();
    }

    private static List<String> disagreeing(List<Check> checks) {
        return checks.stream()
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .map(check -> check.caseName() + " " + check.dtype() + ": " + check.quantity() + ": " + check.reason()
                        + " " + check.comparison())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void faultIsNoticed(Fault fault) {
        Result result = results.get(fault.ordinal());
        assertThat(result.caught()).as(fault.what()).isPositive();
        assertThat(result.first()).isPresent();
    }

    @Test
    void ofRealFaultsTheOpIsTheFirstSuspect() {
        List<Result> ofOps = results.stream()
                .filter(result -> !result.fault().ops().isEmpty())
                .toList();
        assertThat(ofOps)
                .filteredOn(result -> result.suspects().isEmpty()
                        || result.fault().ops().stream()
                                .noneMatch(op ->
                                        op.id().equals(result.suspects().get(0).op())))
                .hasSizeLessThan((int) Math.ceil((1 - SuspectsTest.SHARE) * ofOps.size()));
    }

    @Test
    void everyRowIsSeededOrSaysWhyNot() {
        Set<String> rows = Stream.concat(
                        Arrays.stream(Fault.values()).map(Fault::row),
                        Arrays.stream(NotSeeded.values()).map(NotSeeded::name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new ArrayList<>(rows))
                .isEqualTo(IntStream.rangeClosed(1, 51)
                        .mapToObj(row -> String.format("M%02d", row))
                        .toList());
    }

    @Test
    @Tag("pages")
    void theCommittedPageSaysNothingButWhatTheRunGives() throws IOException {
        Pages.require(PAGE, MutationPage.page(results) + MutationPage.generic(Files.readString(PAGE)));
    }
}
