package org.gradtwin.verify;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Verdict;

/** What of many trials fails, in a page: the full messages of all would be pages of the same. */
public final class Failures {
    /** Failing trials that are shown with their first message. */
    private static final int SHOWN = 1;

    /** Failing trials that are named. */
    private static final int NAMED = 2;

    /** Is brief by itself. */
    public static final class Error extends AssertionError {
        private static final long serialVersionUID = 1L;

        private Error(String message) {
            super(message);
        }
    }

    private Failures() {}

    /** Whether something fails that the gate is for. */
    public static boolean fails(Checked trial) {
        return trial.checks().isEmpty() || trial.checks().stream().anyMatch(Check::failsGate);
    }

    /**
     * Passes if all pass.
     *
     * @throws AssertionError with the messages of the smallest that fail, and names of others
     */
    public static void requireNone(Collection<? extends Checked> trials) {
        List<? extends Checked> failing = trials.stream()
                .filter(Failures::fails)
                .sorted(Comparator.comparing((Checked trial) -> trial.checks().size())
                        .thenComparing(Failures::elements))
                .toList();
        if (!failing.isEmpty()) {
            throw new Error(suspects(trials) + inWords(failing, trials.size()));
        }
    }

    private static int elements(Checked trial) {
        return trial.checks().stream()
                .map(Check::comparison)
                .filter(Objects::nonNull)
                .mapToInt(Comparison::elements)
                .sum();
    }

    private static String suspects(Collection<? extends Checked> trials) {
        return Suspects.of(trials.stream()
                        .filter(Trial.class::isInstance)
                        .map(Trial.class::cast)
                        .toList())
                .stream()
                .map(suspect -> suspect.inWords() + "\n")
                .collect(Collectors.joining());
    }

    private static String inWords(List<? extends Checked> failing, int of) {
        Map<String, Checked> first = new LinkedHashMap<>();
        for (Checked trial : failing) {
            if (first.size() < SHOWN) {
                first.putIfAbsent(trial.caseName(), trial);
            }
        }
        String shown = first.values().stream().map(Failures::message).collect(Collectors.joining("\n\n"));
        String others = failing.stream()
                .filter(trial -> !first.containsValue(trial))
                .limit(NAMED)
                .map(trial -> "  " + trial.inWords())
                .collect(Collectors.joining("\n"));
        int unnamed = failing.size() - first.size() - NAMED;
        return failing.size() + " of " + of + " fail, the smallest first\n\n" + shown
                + (others.isEmpty() ? "" : "\n\n" + others)
                + (unnamed > 0 ? "\n  … and " + unnamed + " more" : "");
    }

    private static String message(Checked trial) {
        return trial.checks().stream()
                .filter(Check::failsGate)
                .sorted(Comparator.comparing(check -> check.verdict() != Verdict.DISAGREE))
                .flatMap(check -> trial.message(check).stream())
                .findFirst()
                .orElse(trial.inWords());
    }
}
