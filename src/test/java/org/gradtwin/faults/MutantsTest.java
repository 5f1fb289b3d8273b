package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.mutants.Damage;
import org.gradtwin.mutants.Ground;
import org.gradtwin.mutants.Hunt;
import org.gradtwin.mutants.Hunt.Bag;
import org.gradtwin.mutants.Mutant;
import org.gradtwin.mutants.Mutants;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generic mutants act and are noticed where they should be; {@code mvn -Pmutants} counts all of them. */
class MutantsTest {
    /** A number that gives the same score on every machine. */
    private static final int PROGRAMS = Integer.getInteger("mutants.programs", 3000);

    private static final IntPredicate ALL = mutant -> true;

    private static NamedCase named(String name) {
        return Recorded.CASES.stream()
                .filter(each -> each.name().equals(name))
                .map(each -> Recorded.in(each, DType.FLOAT64))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no case " + name));
    }

    private static Bag bag(String name) {
        NamedCase named = named(name);
        return Hunt.run(engine -> Ground.notices(engine, named), ALL).orElseThrow();
    }

    private static int mutant(Set<Integer> among, String words) {
        return among.stream()
                .filter(each -> Mutants.of(each).toString().equals(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no mutant: " + words));
    }

    @Test
    void everyOpHasMutantsThatDiffer() {
        for (Op op : Ops.all()) {
            List<Mutant> mutants = Mutants.of(op);
            assertThat(Set.copyOf(mutants)).as(op.id()).hasSize(mutants.size()).hasSizeGreaterThan(20);
            assertThat(mutants).as("twice the same").isEqualTo(Mutants.of(op));
        }
    }

    @Test
    void conditionsAreSeenWhereTheyAre() {
        requireNoticed(
                "op/tanh-many",
                "tanh, gradient of input, more than 1024: the last element wrong",
                "tanh, value, rank 2: 1 % too large");
        requireNoticed(
                "op/tanh-wild",
                "tanh, gradient of input, cotangent NaN: lost",
                "tanh, gradient of input, cotangent -0: 1 % too large");
        requireNoticed(
                "op/tanh-views",
                "tanh, gradient of input, used before: 1 % too large",
                "tanh, gradient of input, second call: 1 % too large",
                "tanh, gradient of input, strided: 1 % too large",
                "tanh, gradient of input, cotangent one-hot: 1 % too large");
        assertThat(words(bag("op/tanh-wild").acting()))
                .doesNotContain(
                        "tanh, gradient of input, more than 8: 1 % too large",
                        "tanh, gradient of input, cotangent one-hot: lost",
                        "tanh, gradient of input, second call: 1 % too large");
    }

    private static void requireNoticed(String name, String... mutants) {
        Set<String> noticed = words(bag(name).noticed());
        for (String mutant : mutants) {
            assertThat(noticed.contains(mutant))
                    .as("%s notices: %s", name, mutant)
                    .isTrue();
        }
    }

    private static Set<String> words(Set<Integer> mutants) {
        return mutants.stream().map(number -> Mutants.of(number).toString()).collect(Collectors.toSet());
    }

    /** What is too small for the checks acts, and is not noticed. */
    @Test
    void aMutantThatNoCheckSeesIsNotNoticed() {
        Bag bag = Hunt.run(engine -> false, mutant -> Mutants.of(mutant).damage() == Damage.SCALED)
                .orElseThrow();
        assertThat(bag.acting()).isEmpty();
        NamedCase named = named("op/tanh-views");
        Bag blind = Hunt.run(
                        engine -> {
                            Ground.notices(engine, named);
                            return false;
                        },
                        ALL)
                .orElseThrow();
        assertThat(blind.acting()).hasSizeGreaterThan(50);
        assertThat(blind.noticed()).isEmpty();
    }

    /** The record that a mutant is run from changes nothing: the same fault in an engine that computes all anew is noticed alike. */
    @Test
    void aMutantIsNoticedAsTheSameFaultElsewhere() {
        Op op = Ops.of("tanh");
        for (String name :
                List.of("op/tanh-accumulated", "op/tanh-chained", "op/tanh-many", "composition/accumulate-many")) {
            Bag bag = bag(name);
            Rule scaled = Rule.gradient(0, (call, g, right) -> {
                Arrays.setAll(right, i -> right[i] * 1.01);
                return right;
            });
            boolean elsewhere = Ground.notices(FaultyEngine.with(scaled, Set.of(op)), named(name));
            int same = mutant(bag.acting(), "tanh, gradient of input: 1 % too large");
            assertThat(bag.noticed().contains(same)).as(name).isEqualTo(elsewhere);
            assertThat(elsewhere).as(name).isTrue();
        }
    }

    @Test
    @Tag("mutants")
    void score() throws IOException {
        MutantScore score = new MutantScore(PROGRAMS);
        List<String> lines = MutantTables.section(score, PROGRAMS);
        Path page = MutationScoreTest.PAGE;
        Files.writeString(page, MutationPage.withGeneric(Files.readString(page), lines));
        assertThat(score.share(score.byFixtures)).isGreaterThan(0.8);
        assertThat(score.share(score.byEither)).isGreaterThan(0.98);
    }
}
