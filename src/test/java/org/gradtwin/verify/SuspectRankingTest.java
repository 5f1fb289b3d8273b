package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.NotRefusedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Throws;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Check.Against;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ops are suspected, of cases that are no more than the ops they apply. */
class SuspectRankingTest {
    private static final Quantity Y = Quantity.value("y");

    /** Alphabetically before tanh. */
    private static final List<String> UNARY = List.of(
            "abs",
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "celu",
            "cos",
            "cosh",
            "deg2rad",
            "digamma",
            "elu",
            "erf",
            "erfc",
            "exp",
            "exp2",
            "expm1",
            "frac",
            "gelu",
            "hardshrink",
            "hardsigmoid",
            "hardswish",
            "hardtanh",
            "leaky_relu",
            "lgamma",
            "log",
            "log10",
            "log1p",
            "log2",
            "logsigmoid",
            "mish",
            "neg",
            "rad2deg",
            "reciprocal",
            "relu",
            "relu6",
            "rsqrt",
            "selu",
            "sigmoid",
            "silu",
            "sin");

    private static NamedCase named(int number, String ops) {
        String[] program =
                Arrays.stream(ops.split(" ")).map(op -> "y = " + op + "(x)").toArray(String[]::new);
        for (int i = 0; i < program.length - 1; i++) {
            program[i] = program[i].replaceFirst("y", "a" + i);
        }
        return ByHand.named("op/" + number, program);
    }

    private static Trial trial(NamedCase named, String engine, DType dtype, boolean fails) {
        return ByHand.trial(named, ByHand.check(named.name(), engine, dtype, Y, fails ? 2 : 1));
    }

    /** A case for each list of ops between commas, which fails where an exclamation mark is behind; {@code 3*} stands for three of them. */
    private static List<Trial> trials(String cases) {
        List<Trial> trials = new ArrayList<>();
        for (String one : cases.split(", ")) {
            int times = one.contains("*") ? Integer.parseInt(one.substring(0, one.indexOf('*'))) : 1;
            String ops = one.substring(one.indexOf('*') + 1).replace("!", "");
            for (int i = 0; i < times; i++) {
                trials.add(trial(named(trials.size(), ops), "own", DType.FLOAT64, one.endsWith("!")));
            }
        }
        return trials;
    }

    private static List<String> found(List<Trial> trials) {
        return Suspects.of(trials).stream()
                .map(suspect -> suspect.kind() + " " + suspect.op() + " " + suspect.failing() + "/" + suspect.cases()
                        + " " + suspect.next())
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            of two in what fails, that of fewer cases          | sin exp!, 3*exp                         | OP sin 1/1 0.0
            however many fail                                  | 3*sin exp!, exp                         | OP sin 3/3 0.0
            of two that both pass sometimes, likewise          | sin exp!, sin, 3*exp                    | OP sin 1/2 0.0
            one for two cases, rather than one each            | sin exp!, sin cos!, 3*sin               | OP sin 2/5 0.0
            two, if each has cases of its own                  | 3*sin!, 2*exp!, cos                     | OP sin 3/3 0.0; OP exp 2/2 0.0
            that of more cases first, be it less likely        | exp!, 3*sin!, 13*sin                    | OP sin 3/16 0.0; OP exp 1/1 0.0
            of sets that cost the same the first by name       | 9*sin!, 6*tanh!, 2*exp!, 2*cos!, abs    | OP sin 9/9 1.0; OP tanh 6/6 1.0; OP cos 2/2 1.0
            three                                              | sin!, 2*exp!, 3*cos!                    | OP cos 3/3 0.0; OP exp 2/2 0.0; OP sin 1/1 0.0
            never four: that is common to all                  | sin!, exp!, cos!, tanh!                 | GRAPH null 4/4 0.0
            nor where many are left beside three               | 2*sin!, 2*exp!, 2*cos!, tanh!, erf!, abs| GRAPH null 8/9 0.0
            one of five may be left: more would cost more      | 4*sin!, exp!, 400*exp, 5*sin exp, cos   | OP sin 4/9 0.0024937655860349127
            two of six are too many                            | 4*sin!, exp!, cos!, 400*exp, 400*cos    | GRAPH null 6/806 0.0
            those that are in the same cases are not told apart| 4*sin exp!, cos                         | OP exp or sin 4/4 0.0
            up to three are named                              | sin exp cos!, tanh                      | OP cos or exp or sin 1/1 0.0
            more are counted                                   | sin exp cos erf!, tanh                  | OP one of 4 ops 1/1 0.0
            one that fails in others is another                | sin exp!, exp, cos!, cos                | OP sin 1/1 0.0; OP cos 1/2 0.0
            """)
    void theCheapestExplanationIsSuspected(String what, String cases, String suspects) {
        assertThat(found(trials(cases))).as(what).containsExactly(suspects.split("; "));
    }

    /** Programs that fail with what stands in brackets; a case of ops without them passes, one with {@code !} is off. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            one thing in many ops is no op's             | sin[backward: too deep 12]; exp[backward: too deep 13]; cos[backward: too deep 9]; tanh        | THROWN null 3/4 too deep 12
            of one op, it is                             | sin[line 1: no (1,)]; sin exp[line 1: no (1, 2)]; exp; sin exp; cos                          | THROWN sin 2/3 no (1,)
            the line counts, not what else there is      | sin exp[line 2: no]; sin; sin; exp                                                          | THROWN exp 1/2 no
            where it was is not what it was              | sin[line 1: no, at a.B.c(B.java:7)]; exp[backward: no (File "a.py", line 8, in c)]; cos; tanh | THROWN null 2/4 no
            addresses and shapes differ                  | sin[line 1: <f at 0x7f3a> (2, 3)]; exp[line 1: <f at 0x1> (4, 5, 6)]; cos; tanh              | THROWN null 2/4 <f at 0x7f3a> (2, 3)
            two things are two, the larger one first     | sin[line 1: no]; exp[line 1: so]; cos[line 1: so]; tanh; abs                                | THROWN null 2/5 so; THROWN sin 1/1 no
            numbers that are off beside them are an op's | 2*sin!; exp[backward: deep]; cos[backward: deep]; tanh[backward: deep]; abs                   | THROWN null 3/6 deep; OP sin 2/2 null
            many ops, where most are right               | sin!; exp!; cos!; tanh!; abs; erf; log; neg; exp2; log2; log10; tan; atan; asin; acos; sinh | OP cos 1/1 null; OP exp 1/1 null; OP sin 1/1 null; OP tanh 1/1 null
            but not where they mostly fail together      | sin!; exp!; cos!; tanh!; sin abs!; exp erf!; cos log!; tanh neg!; abs log!; abs; erf; log; neg; exp2; log2; log10; tan; atan; asin; acos; sinh; cosh | GRAPH null 9/22 null
            what is left of very many is counted         | sin[line 1: a]; exp[line 1: b]; cos[line 1: c]; tanh[line 1: d]; abs[line 1: e]; erf[line 1: f]; log[line 1: g] | THROWN sin 1/1 a; THROWN exp 1/1 b; THROWN cos 1/1 c; THROWN tanh 1/1 d; THROWN abs 1/1 e; OTHERS null 2/7 2 more
            """)
    void whatIsThrownIsGroupedByWhatItSays(String what, String cases, String suspects) {
        List<Trial> trials = new ArrayList<>();
        for (String one : cases.split("; ")) {
            int bracket = one.indexOf('[');
            if (bracket < 0) {
                trials(one)
                        .forEach(trial -> trials.add(ByHand.trial(
                                named(trials.size(), one.replaceAll("[0-9]\\*|!", "")),
                                trial.checks().toArray(Check[]::new))));
            } else {
                NamedCase named = named(trials.size(), one.substring(0, bracket));
                String reason = one.substring(bracket + 1, one.length() - 1);
                trials.add(ByHand.trial(
                        named, Check.uncompared(named.name(), "own", DType.FLOAT64, Y, Verdict.DISAGREE, reason)));
            }
        }
        assertThat(Suspects.of(trials).stream()
                        .map(suspect -> suspect.kind() + " " + suspect.op() + " " + suspect.failing() + "/"
                                + suspect.cases() + " " + suspect.what()))
                .as(what)
                .containsExactly(suspects.split("; "));
    }

    /** Of operands that PyTorch refuses; one engine computes, another one breaks. */
    @Test
    void whatIsNotRefusedIsNoFaultOfAnOp() {
        List<Trial> trials = new ArrayList<>();
        for (String reason : List.of(NotRefusedException.DEED + " (shape)", NotRefusedException.DEED + ": (2,)", "")) {
            NamedCase named = ByHand.named(
                    "refused/" + trials.size(), List.of("y = sin(x)"), Optional.of(new Throws(1, Throws.Reason.SHAPE)));
            trials.add(ByHand.trial(
                    named,
                    Check.uncompared(
                            named.name(),
                            "own",
                            DType.FLOAT64,
                            Y,
                            reason.isEmpty() ? Verdict.AGREE : Verdict.DISAGREE,
                            "line 1: " + reason)));
        }
        trials.addAll(trials("exp!"));
        assertThat(Suspects.of(trials))
                .extracting(suspect ->
                        suspect.kind() + " " + suspect.op() + " " + suspect.failing() + "/" + suspect.cases())
                .containsExactly("REFUSAL sin 2/3", "OP exp 1/1");
    }

    @Test
    void whereNothingDisagreesNothingIsSuspected() {
        assertThat(Suspects.of(List.of())).isEmpty();
        assertThat(Suspects.of(trials("sin, 3*exp"))).isEmpty();
    }

    /** The sets of forty are tried: the likeliest, and not the first by name. */
    @Test
    void ofManyOpsTheLikeliestAreTried() {
        String all = String.join(" ", UNARY);
        assertThat(UNARY).hasSizeGreaterThan(40);
        assertThat(found(trials(all + " tanh!, 2*" + all))).containsExactly("OP tanh 1/1 0.0");
    }

    /** A value is computed by its own statement, a gradient passed back by those that use the name. */
    @ParameterizedTest
    @CsvSource({
        "value, a, sin",
        "value, y, exp or mul",
        "grad, a, exp or mul",
        "grad, x, sin",
        "grad, y, one of 4 ops",
        "value, z, one of 4 ops"
    })
    void theStatementThatIsFirstOffIsBlamed(String kind, String name, String op) {
        NamedCase named = ByHand.named("op/first", "a = sin(x)", "y = exp(a) * a", "b = cos(w)");
        Quantity first = kind.equals("value") ? Quantity.value(name) : Quantity.grad(name);
        Trial trial = ByHand.trial(named, Optional.of(first), ByHand.check(named.name(), "own", DType.FLOAT64, Y, 2));

        assertThat(Suspects.of(List.of(trial))).extracting(Suspect::op).containsExactly(op);
    }

    private static List<String> types(DType... failing) {
        NamedCase named = named(0, "sin");
        return Suspects.of(Stream.of(DType.FLOAT32, DType.FLOAT64)
                        .map(dtype ->
                                trial(named, "own", dtype, List.of(failing).contains(dtype)))
                        .toList())
                .stream()
                .map(suspect -> suspect.failing() + "/" + suspect.cases() + " " + suspect.dtype())
                .toList();
    }

    @Test
    void theOnlyTypeOfSeveralIsNamed() {
        assertThat(types(DType.FLOAT32)).containsExactly("1/1 float32");
        assertThat(types(DType.FLOAT64)).containsExactly("1/1 float64");
        assertThat(types(DType.FLOAT32, DType.FLOAT64)).containsExactly("1/1 null");
        assertThat(Suspects.of(trials("sin!"))).extracting(Suspect::dtype).containsOnlyNulls();
    }

    @Test
    void ofTheGraphTheOnlyTypeIsNamedToo() {
        List<Trial> trials = new ArrayList<>();
        for (String op : List.of("sin", "exp", "cos", "tanh")) {
            NamedCase named = named(trials.size(), op);
            trials.add(trial(named, "own", DType.FLOAT32, true));
            trials.add(trial(named, "own", DType.FLOAT64, false));
        }
        assertThat(Suspects.of(trials))
                .containsExactly(new Suspect(Suspect.Kind.GRAPH, "own", null, 4, 4, 0, "float32", null));
    }

    @Test
    void eachEngineHasItsOwn() {
        NamedCase sin = named(0, "sin");
        NamedCase exp = named(1, "exp");
        assertThat(Suspects.of(List.of(
                        trial(sin, "one", DType.FLOAT64, true),
                        trial(exp, "one", DType.FLOAT64, false),
                        trial(sin, "two", DType.FLOAT64, false),
                        trial(exp, "two", DType.FLOAT64, true),
                        trial(exp, "three", DType.FLOAT64, false))))
                .extracting(Suspect::inWords)
                .containsExactly(
                        "suspect: sin on one, 1 of its 1 cases fail, nothing else above 0 %",
                        "suspect: exp on two, 1 of its 1 cases fail, nothing else above 0 %");
    }

    @Test
    void whatWasSkippedIsNoCaseThatPasses() {
        NamedCase named = named(9, "sin");
        List<Trial> trials = new ArrayList<>(trials("sin exp!, exp"));
        trials.add(ByHand.trial(
                named, Check.uncompared(named.name(), "own", DType.FLOAT64, Y, Verdict.SKIPPED, "own lacks sin")));
        assertThat(found(trials)).containsExactly("OP sin 1/1 0.0");
    }

    /** Of an engine what it gives, and what the live PyTorch does; {@code -} is not compared. 1 is recorded. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            all agree with each other         | own 2 2, pytorch 2 -       | RECORD of
            PyTorch was not asked itself      | own 2 2                    | RECORD of
            nor was anybody else              | pytorch 2 -                | RECORD of
            an engine is off both             | own 2 1                    | OP of own
            and so is PyTorch                 | own 2 3, pytorch 3 -       | OP of own; OP of pytorch
            an engine agrees with the record  | own 1 2, pytorch 2 -       | OP of own; OP of pytorch
            the live one is not compared with | own 2 -, pytorch 1 -       | OP of own
            PyTorch fails                     | pytorch fails -            | THROWN of pytorch
            """)
    void whereEngineAndPyTorchAgreeTheRecordIsStale(String what, String engines, String suspects) {
        NamedCase named = named(0, "sin");
        List<Trial> trials = new ArrayList<>();
        for (String one : engines.split(", ")) {
            String[] words = one.split(" ");
            List<Check> checks = new ArrayList<>();
            checks.add(
                    words[1].equals("fails")
                            ? Check.uncompared(
                                    named.name(), words[0], DType.FLOAT64, Y, Verdict.DISAGREE, "out of memory")
                            : ByHand.check(named.name(), words[0], DType.FLOAT64, Y, Double.parseDouble(words[1])));
            checks.add(
                    words[2].equals("-")
                            ? Check.uncompared(named.name(), words[0], DType.FLOAT64, Y, Verdict.SKIPPED, "drift")
                            : ByHand.check(
                                    named.name(),
                                    words[0],
                                    Against.PYTORCH,
                                    DType.FLOAT64,
                                    Y,
                                    Double.parseDouble(words[2]),
                                    Double.parseDouble(words[1])));
            trials.add(ByHand.trial(named, checks.toArray(Check[]::new)));
        }
        trials.add(trial(named(1, "exp"), "own", DType.FLOAT64, false));
        assertThat(Suspects.of(trials).stream().map(suspect -> (suspect.kind() + " of " + suspect.engine()).trim()))
                .as(what)
                .containsExactly(suspects.split("; "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OP     | own | 1234 | 5678 | 0.126 | float32 | suspect: sin on own, 1,234 of its 5,678 cases fail (in float32 only), nothing else above 13 %
            OP     | own | 1    | 2    | 0     |         | suspect: sin on own, 1 of its 2 cases fail, nothing else above 0 %
            GRAPH  | own | 1234 | 5678 | 0     | float64 | suspect: the graph of own (accumulation, order, state), 1,234 of 5,678 cases fail (in float64 only), and no few ops explain them
            RECORD | own | 1234 | 5678 | 0     |         | suspect: the recorded numbers of 1,234 of 5,678 cases: all engines and the live PyTorch agree, run regenerate
            THROWN | own | 1234 | 5678 | 0     | float32 | suspect: sin on own, 1,234 of its 5,678 cases fail (in float32 only) with a domain error
            REFUSAL| own | 12   | 56   | 0     |         | suspect: sin on own computes what PyTorch refuses in 12 of 56 cases
            OTHERS | own | 12   | 56   | 0     |         | suspects: a domain error on own, failing cases: 12
            OP     | own\u001b[2J | 1 | 1 | 1  |         | suspect: sin on own\\u001b[2J, 1 of its 1 cases fail, nothing else above 100 %
            """)
    void aSuspectIsALine(
            Suspect.Kind kind, String engine, int failing, int cases, double next, String dtype, String words) {
        assertThat(new Suspect(kind, engine, "sin", failing, cases, next, dtype, "a domain error").inWords())
                .isEqualTo(words);
    }
}
