package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engines.process.Shell;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.verify.TrainingTrial.Deviation;

/** Says in a few lines what is off, by how much, where to look, and how to see it again. */
public final class FailureMessage {
    /** Characters of a statement that are shown. */
    private static final int LONGEST_STATEMENT = 120;

    private FailureMessage() {}

    /** The message of a check that fails the gate. */
    public static String of(Trial trial, Check check) {
        if (trial.hasFailed(check)) {
            return ofFailure(trial, check);
        }
        List<String> lines = about(check);
        truth(trial, check).ifPresent(text -> lines.add(line("truth", text)));
        firstOff(trial).ifPresent(text -> lines.add(line("first off", text)));
        trial.culprit().ifPresent(culprit -> lines.add(line("culprit", culprit.words())));
        // What a case is there to catch says something where something was compared.
        if (check.verdict() == Verdict.DISAGREE) {
            trial.flags().forEach((name, flag) -> lines.add(line("case for", name + ": " + flag.catches())));
        }
        lines.add(again(trial, trial.given().root()));
        return text(lines);
    }

    private static Optional<String> truth(Trial trial, Check check) {
        Comparison comparison = check.comparison();
        Discrepancy worst = comparison == null ? null : comparison.worst();
        return check.verdict() == Verdict.DISAGREE && worst != null
                ? Truth.inWords(trial.given().given().task(), check, worst)
                : Optional.empty();
    }

    /** The message of a check of no case. */
    public static String of(Check check) {
        return text(about(check));
    }

    /** The message of all checks that have no number because of one failure. */
    private static String ofFailure(Trial trial, Check check) {
        long without = trial.checks().stream()
                .filter(other -> trial.hasFailed(other) && Objects.equals(other.reason(), check.reason()))
                .count();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d of %d checks of %s (%s) have no number, the first is of the %s",
                check.caseName(),
                without,
                trial.checks().size(),
                check.engine(),
                check.dtype().torchName(),
                check.quantity()));
        lines.add("");
        lines.add(line("problem", String.valueOf(check.reason())));
        firstOff(trial).ifPresent(text -> lines.add(line("first off", text)));
        lines.add(again(trial, trial.given().root()));
        return text(lines);
    }

    /** The message of a check of a training, alone. */
    static String of(TrainingTrial trial, Check check) {
        List<String> lines = about(check);
        lines.add(again(trial, trial.given().root()));
        return text(lines);
    }

    /** The message of a training that leaves what is allowed. */
    static String of(TrainingTrial trial, Deviation off) {
        long disagree = trial.checks().stream()
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .count();
        int steps = trial.losses().size();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %s leaves the recorded PyTorch in step %d of %d (%s), %d of %d checks disagree",
                trial.caseName(),
                trial.engine(),
                off.step(),
                steps,
                trial.dtype().torchName(),
                disagree,
                trial.checks().size()));
        lines.add("");
        lines.add(line("first off", off.where()));
        numbers(lines, off.numbers(), trial.dtype());
        lines.add(line("", number(off.numbers().ofAllowed()) + " times what is allowed"));
        lines.add(allowed(off.tolerance()));
        lines.add(
                line("rounding", "allows one to follow " + trial.expected().followable() + " of " + steps + " steps"));
        lines.add(again(trial, trial.given().root()));
        return text(lines);
    }

    /** What is off in a check, in a line. */
    static String inALine(Check check) {
        Comparison comparison = check.comparison();
        Discrepancy worst = comparison == null ? null : comparison.worst();
        if (check.verdict().blunt()) {
            return passing(check) + " would pass";
        }
        if (check.reason() != null || comparison == null || worst == null) {
            return Printable.of(String.valueOf(check.reason()));
        }
        return comparison.mismatched() + " of " + comparison.elements() + " elements, worst at "
                + Arrays.toString(worst.index()) + ": " + Decimals.shortest(worst.expected(), check.dtype())
                + " expected, but was " + Decimals.shortest(worst.actual(), check.dtype()) + ", " + error(worst);
    }

    private static String passing(Check check) {
        return check.verdict() == Verdict.VACUOUS ? "an all-zero answer" : "an error of 1 %";
    }

    private static String text(List<String> lines) {
        return Printable.of(String.join("\n", lines));
    }

    private static List<String> about(Check check) {
        List<String> lines = new ArrayList<>();
        Comparison comparison = check.comparison();
        String quantity = "the " + check.quantity() + " (" + check.dtype().torchName() + ")";
        if (check.verdict().blunt()) {
            lines.add(check.caseName() + ": the check of " + quantity + " on " + check.engine() + " is "
                    + check.verdict().key() + ": "
                    + passing(check) + " would pass, and nobody wrote down why");
            lines.add("");
            check.sharpness().ifPresent(sharpness -> lines.add(line("sharpness", number(sharpness.sharpness()))));
            lines.add(line(
                    "mend",
                    "take other numbers, or write why it stays in the case: \"accepted\": [{\"dtype\": \""
                            + check.dtype().torchName() + "\", \"quantity\": \""
                            + check.quantity().kind().key()
                            + "\", \"names\": [\"" + check.quantity().name() + "\"], \"because\": \"…\"}]"));
        } else {
            lines.add(check.caseName() + ": " + check.engine() + " disagrees with "
                    + check.against().words() + " in " + quantity
                    + (comparison == null || comparison.elements() == 0
                            ? ""
                            : ", " + comparison.mismatched() + " of " + comparison.elements() + " elements"));
            lines.add("");
            if (check.reason() != null) {
                lines.add(line("problem", check.reason()));
            }
            if (comparison != null && comparison.worst() != null) {
                worst(lines, comparison.worst(), check.dtype());
            }
        }
        if (check.tolerance() != null) {
            lines.add(allowed(check.tolerance()));
        }
        return lines;
    }

    private static String allowed(Tolerance tolerance) {
        return line(
                "allowed",
                "rtol " + number(tolerance.rtol()) + ", atol " + number(tolerance.atol()) + "   (" + tolerance.because()
                        + ")");
    }

    private static String again(Checked checked, String root) {
        boolean bundled = root.equals(FixtureSet.BUNDLED);
        if (CommandLine.isTooLongFor(checked.engine())) {
            Optional<String> type = DescribedEngine.choiceOf(checked.engine()).map(name -> name.replace('$', '.'));
            return line(
                    "again",
                    "in a test: "
                            + (bundled
                                    ? "Verifier.trials("
                                            + type.map(name -> "new " + name + "()")
                                                    .orElse("engine")
                                            + ", \"" + checked.caseName() + "\").forEach(Checked::requirePass)"
                                    : "@GradtwinTest(engine = " + type.orElse("Engine") + ".class, fixtures = \"" + root
                                            + "\", cases = \"" + checked.caseName() + "\")"));
        }
        String fixtures = bundled ? "" : "--fixtures " + Shell.quoted(root) + " ";
        return line(
                "again",
                CommandLine.of(
                        "verify " + fixtures + "--case " + Shell.quoted(checked.caseName()) + " --dtype "
                                + checked.dtype().torchName(),
                        List.of(checked.engine())));
    }

    private static void worst(List<String> lines, Discrepancy worst, DType dtype) {
        lines.add(line("worst at", Arrays.toString(worst.index())));
        numbers(lines, worst, dtype);
    }

    private static void numbers(List<String> lines, Discrepancy worst, DType dtype) {
        lines.add(line("expected", Decimals.shortest(worst.expected(), dtype)));
        lines.add(line("but was", Decimals.shortest(worst.actual(), dtype)));
        boolean relative = Double.isFinite(worst.rel());
        lines.add(line(
                "error",
                error(worst)
                        + (worst.inUlp() ? "   " + number(worst.abs()) + " abs" : "")
                        + (relative ? "   " + number(worst.rel()) + " rel" : "")));
    }

    /** Where the engine first went wrong, with the statement and how far off it is there. */
    public static Optional<String> firstOff(Trial trial) {
        return trial.firstOff().map(quantity -> {
            String where = trial.program().statements().stream()
                    .filter(statement -> statement.name().equals(quantity.name()))
                    .findFirst()
                    .map(statement -> describe(quantity, statement))
                    .orElse(quantity + ", an input");
            return Printable.of(where + error(trial, quantity) + through(trial, quantity));
        });
    }

    private static String describe(Quantity quantity, Statement statement) {
        String kind = quantity.kind() == Quantity.Kind.VALUE ? "value of " : "gradient of ";
        return kind + at(statement);
    }

    static String at(Statement statement) {
        String text = statement.toString();
        return (text.length() <= LONGEST_STATEMENT ? text : text.substring(0, LONGEST_STATEMENT) + "…") + ", line "
                + statement.line();
    }

    /** A gradient is made by the statements that use the value: one of them passed it back wrong. */
    private static String through(Trial trial, Quantity quantity) {
        if (quantity.kind() == Quantity.Kind.VALUE) {
            return "";
        }
        String uses = trial.program().statements().stream()
                .filter(statement -> statement.names().contains(quantity.name()))
                .map(FailureMessage::at)
                .collect(Collectors.joining("; "));
        return uses.isEmpty() ? "" : ", passed back by " + uses;
    }

    private static String error(Trial trial, Quantity quantity) {
        return trial.worst(quantity).map(worst -> ", " + error(worst)).orElse("");
    }

    private static String line(String key, String text) {
        return String.format(Locale.ROOT, "  %-9s  %s", key, text);
    }

    /** How far off an element is: in ulp where these say something, else the difference. */
    public static String error(Discrepancy worst) {
        return worst.inUlp()
                ? number(worst.ulp()) + " ulp"
                : Double.isFinite(worst.abs()) ? number(worst.abs()) + " abs" : "not finite";
    }

    /** Two significant digits, as an error is worth. */
    public static String number(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : String.valueOf(value).replace("Infinity", "inf");
        }
        if (Math.abs(value) >= 0.1 && Math.abs(value) < 1e6) {
            int places = Math.abs(value) < 0.995 ? 2 : Math.abs(value) < 9.95 ? 1 : 0;
            String fixed = String.format(Locale.ROOT, "%." + places + "f", value);
            return fixed.contains(".") ? fixed.replaceFirst("\\.?0+$", "") : fixed;
        }
        String digits = String.format(Locale.ROOT, "%.1e", value);
        // Fixed notation, which shortest() keeps to up to 1e16, would show digits that are not there.
        return Math.abs(value) >= 1e6 ? digits.replace(".0e", "e") : Decimals.shortest(Double.parseDouble(digits));
    }
}
