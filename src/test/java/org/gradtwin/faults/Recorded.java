package org.gradtwin.faults;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Suspects;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;

/** The bundled corpus, held against its recorded numbers alone: PyTorch is not started. */
final class Recorded {
    /** Every case. */
    static final List<NamedCase> CASES =
            FixtureSet.requireComplete(FixtureSet.bundled().cases());

    /** Those that this project writes, and has rules of its own for. */
    static final List<NamedCase> OF_THE_PROJECT = CASES.stream()
            .filter(named -> Set.of("composition", "notebook", "op", "program")
                    .contains(named.name()
                            .substring(0, named.name().lastIndexOf('/') + 1)
                            .replace("/", "")))
            .toList();

    private static final List<Candidate> CANDIDATES = CASES.stream()
            .filter(named -> named.given().dtypes().contains(DType.FLOAT64))
            .map(named -> new Candidate(
                    in(named, DType.FLOAT64),
                    named.given().parsed().ops(),
                    named.given().program().stream().mapToInt(String::length).sum()))
            .sorted(Comparator.comparingInt(Candidate::length))
            .toList();

    /** Longer programs are left out when faults are counted: some faults take exponential time. */
    private static final int LONGEST = 300;

    private static List<Trial> right = List.of();

    private Recorded() {}

    /** What an engine without a fault makes of every case, in both types. */
    static synchronized List<Trial> right() {
        if (right.isEmpty()) {
            right = CASES.parallelStream()
                    .flatMap(named -> verify(FaultyEngine.right(), named))
                    .toList();
        }
        return right;
    }

    /** What a whole run in float64 suspects, on an engine that differs from one without a fault in these trials. */
    static List<Suspect> suspects(List<Trial> wrong) {
        Set<String> names = wrong.stream().map(Trial::caseName).collect(Collectors.toSet());
        return Suspects.of(Stream.concat(
                        right().stream()
                                .filter(trial -> trial.dtype() == DType.FLOAT64 && !names.contains(trial.caseName())),
                        wrong.stream())
                .map(trial -> new Trial(trial.given(), trial.dtype(), "one", trial.checks(), trial.firstOff()))
                .toList());
    }

    private record Candidate(NamedCase named, Set<Op> ops, int length) {}

    /** The cases in float64 that could notice a fault: those that apply one of its ops. */
    static List<NamedCase> about(Fault fault) {
        return CANDIDATES.stream()
                .filter(candidate -> candidate.length <= LONGEST)
                .filter(candidate ->
                        fault.ops().isEmpty() || candidate.ops.stream().anyMatch(fault.ops()::contains))
                .map(Candidate::named)
                .sorted(Comparator.comparing(NamedCase::name))
                .toList();
    }

    /** The cases that a fault is counted by: a graph's fault shows where there is a graph, in programs of several ops. */
    static List<NamedCase> counted(Fault fault) {
        return about(fault).stream()
                .filter(named ->
                        !fault.ops().isEmpty() || named.given().parsed().ops().size() > 1)
                .toList();
    }

    /** What an engine makes of a case; as its own twin it is held against the recorded numbers only. */
    static Stream<Trial> verify(Engine engine, NamedCase named) {
        return new Verifier(engine, List.of(engine)).verify(named);
    }

    /** A case in one type only. */
    static NamedCase in(NamedCase named, DType dtype) {
        FixtureCase given = named.given();
        FixtureCase only = new FixtureCase(
                given.id(),
                given.comment(),
                given.flags(),
                given.inputs(),
                given.program(),
                given.backward(),
                new TreeSet<>(Set.of(dtype)),
                given.accepted(),
                given.drift(),
                given.skips(),
                given.outcome());
        return new NamedCase(named.name(), named.file(), only);
    }
}
