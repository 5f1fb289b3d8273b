package org.gradtwin.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.gradtwin.engine.Engine;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.mutants.MutantEngine.Place;
import org.jspecify.annotations.Nullable;

/**
 * Tells which mutants act in a program, and which of these its checks notice. The program runs once on the right engine, and what every
 * application of an op sees and gives is kept; that says where a mutant acts. Mutants that do the same damage in the same places are one
 * engine, which repeats the program from its record and computes only what is changed by then. A condition looks at what the right engine
 * sees. Used by any number of threads.
 */
public final class Hunt {
    private Hunt() {}

    /**
     * Mutants of a program, by their numbers.
     *
     * @param acting those whose damage differs from what is right
     * @param noticed those of them that the program's checks notice
     */
    public record Bag(Set<Integer> acting, Set<Integer> noticed) {}

    private record Wrong(Damage damage, Map<Place, List<Boolean>> places) {}

    /**
     * Runs a program.
     *
     * @param notices runs the program's checks on an engine, and says whether one disagrees; not of the right one
     * @param wanted which mutants are asked for
     * @return empty if the right engine itself is noticed, or does not come to the end
     */
    public static Optional<Bag> run(Predicate<Engine> notices, IntPredicate wanted) {
        MutantEngine right = MutantEngine.right();
        if (notices.test(right)) {
            return Optional.empty();
        }
        Map<Op, List<TapeValue>> made = new LinkedHashMap<>();
        for (TapeValue node : right.tape()) {
            if (node.maker != null) {
                made.computeIfAbsent(node.maker.op, op -> new ArrayList<>()).add(node);
            }
        }
        Bag bag = new Bag(new LinkedHashSet<>(), new LinkedHashSet<>());
        Map<Wrong, Boolean> known = new HashMap<>();
        made.forEach((op, nodes) -> {
            Map<String, List<Placed>> slots = new HashMap<>();
            Mutants.numbers(op).filter(wanted).forEach(number -> {
                Mutant mutant = Mutants.of(number);
                Map<Place, boolean[]> places =
                        places(mutant, slots.computeIfAbsent(mutant.of(), slot -> placed(nodes, slot)));
                if (!places.isEmpty()) {
                    bag.acting.add(number);
                    Map<Place, List<Boolean>> key = new HashMap<>();
                    places.forEach((place, there) -> key.put(place, boxed(there)));
                    boolean caught = known.computeIfAbsent(
                            new Wrong(mutant.damage(), key),
                            wrong -> notices.test(right.with(places, mutant.damage())));
                    if (caught) {
                        bag.noticed.add(number);
                    }
                }
            });
        });
        return Optional.of(bag);
    }

    private static List<Boolean> boxed(boolean[] there) {
        List<Boolean> boxed = new ArrayList<>();
        for (boolean each : there) {
            boxed.add(each);
        }
        return boxed;
    }

    /** A place, what is seen there, and what is right. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Placed(Place place, Sight sight, double[] right) {}

    private static List<Placed> placed(List<TapeValue> nodes, String slot) {
        List<Placed> placed = new ArrayList<>();
        for (TapeValue node : nodes) {
            Application made = Objects.requireNonNull(node.maker);
            Set<String> calls = Sight.calls(made);
            if (slot.isEmpty()) {
                if (node.tensor.dtype().isFloating()) {
                    placed.add(new Placed(
                            new Place(node.position, -1), new Sight(made, -1, calls), node.tensor.toDoubles()));
                }
                continue;
            }
            double @Nullable [] @Nullable [] parts = made.parts;
            for (int k = 0; parts != null && k < parts.length; k++) {
                Parameter parameter = made.op.signature().of(k, made.operands.size());
                double[] part = parts[k];
                if (part != null && parameter != null && parameter.name().equals(slot)) {
                    placed.add(new Placed(new Place(node.position, k), new Sight(made, k, calls), part));
                }
            }
        }
        return placed;
    }

    private static Map<Place, boolean[]> places(Mutant mutant, List<Placed> placed) {
        Map<Place, boolean[]> places = new HashMap<>();
        for (Placed each : placed) {
            if (each.sight.is(mutant)) {
                boolean[] there = each.sight.there(mutant);
                if (!Arrays.equals(mutant.damage().of(each.right, there), each.right)) {
                    places.put(each.place, there);
                }
            }
        }
        return places;
    }
}
