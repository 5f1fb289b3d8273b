package org.gradtwin.verify;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.NotRefusedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.jspecify.annotations.Nullable;

/** A case on one engine: the ops it applies, and if it fails how, in which types, and which of them may be to blame. */
final class Spectrum {
    private final Set<String> ops;
    private final Set<String> blamed = new LinkedHashSet<>();
    private final Set<String> dtypes = new HashSet<>();
    private @Nullable Cause thrown;
    private boolean refusal;

    Spectrum(Set<String> ops) {
        this.ops = ops;
    }

    static Set<String> ids(Program program) {
        return program.ops().stream().map(Op::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static List<Check> disagreeing(Trial trial) {
        return trial.checks().stream()
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .toList();
    }

    /** The ops that the case applies. */
    Set<String> ops() {
        return ops;
    }

    /** The ops that may be to blame. */
    Set<String> blamed() {
        return blamed;
    }

    /** The types in which it fails. */
    Set<String> dtypes() {
        return dtypes;
    }

    boolean fails() {
        return !dtypes.isEmpty();
    }

    /** What was thrown first in it, null if nothing was. */
    @Nullable
    Cause thrown() {
        return thrown;
    }

    /** Whether PyTorch refuses it, be it that the engine does too. */
    boolean isRefusal() {
        return refusal;
    }

    /** Whether numbers are off, and nothing was thrown. */
    boolean isOff() {
        return fails() && thrown == null && !refusal;
    }

    void add(Trial trial) {
        refusal = trial.given().given().refusal().isPresent();
        List<Check> disagreeing = disagreeing(trial);
        if (disagreeing.isEmpty()) {
            return;
        }
        dtypes.add(trial.dtype().torchName());
        Cause cause = disagreeing.stream()
                .filter(check -> check.comparison() == null)
                .findFirst()
                .map(check -> Cause.of(String.valueOf(check.reason())))
                .filter(found -> !found.words().startsWith(NotRefusedException.DEED))
                .orElse(null);
        thrown = thrown == null ? cause : thrown;
        Set<String> at = trial.firstOff()
                .map(quantity -> ids(trial.program(), statement -> computes(statement, quantity)))
                .orElseGet(() -> cause == null || cause.line().isEmpty()
                        ? Set.of()
                        : ids(
                                trial.program(),
                                statement -> statement.line() == cause.line().getAsInt()));
        Optional<Op> alone = trial.culprit().flatMap(culprit -> Optional.ofNullable(culprit.op()));
        blamed.addAll(alone.map(op -> Set.of(op.id())).orElse(at.isEmpty() ? ops : at));
    }

    /** Whether a statement computes a value, or passes back a gradient. */
    private static boolean computes(Statement statement, Quantity quantity) {
        return quantity.kind() == Quantity.Kind.VALUE
                ? statement.name().equals(quantity.name())
                : statement.names().contains(quantity.name());
    }

    private static Set<String> ids(Program program, Predicate<Statement> those) {
        List<Statement> statements = program.statements().stream().filter(those).toList();
        return statements.isEmpty() ? Set.of() : ids(Program.of(statements));
    }
}
