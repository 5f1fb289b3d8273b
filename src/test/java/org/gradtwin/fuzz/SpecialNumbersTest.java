package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An elementwise op at each pair of special numbers, an operand and a cotangent: the engines have PyTorch's answer, or the op's file says why
 * there is none. Random programs meet such a pair once in tens of thousands.
 */
@Tag("campaign")
class SpecialNumbersTest {
    /** Moderate ones besides. */
    private static final List<Double> OPERANDS = Stream.concat(
                    SpecialNumbers.ANY.operands().stream(), Stream.of(-0.5, 1.25))
            .toList();

    private static final List<Double> COTANGENTS = Stream.concat(
                    SpecialNumbers.ANY.cotangents().stream(), Stream.of(-0.75))
            .toList();

    /** Of two operands, as many triples of the thousands that there are. */
    private static final int MOST = 1000;

    private static final int SEED = 5;

    private static final Campaign CAMPAIGN = new Campaign(
            new TorchEngine(),
            new ScalarEngine(),
            List.of(new ScalarEngine(), new MatrixEngine()),
            EnumSet.of(DType.FLOAT32, DType.FLOAT64));

    static Stream<Op> ops() {
        return Ops.all().stream()
                .filter(op -> op.group() == Group.ELEMENTWISE || op.group() == Group.ARITHMETIC)
                .filter(op -> op.isDrawn() && !op.isSubscript())
                .filter(op -> op.signature().operands().size() <= 2);
    }

    @ParameterizedTest
    @MethodSource("ops")
    void answersArePyTorchsOrTheFileSaysWhyNot(Op op) {
        List<String> wrong = new ArrayList<>();
        for (Attributes attributes : attributes(op)) {
            triples(op, attributes).parallelStream()
                    .flatMap(triple -> findings(op, attributes, triple).stream())
                    .map(Finding::message)
                    .forEachOrdered(wrong::add);
        }
        assertThat(wrong.stream().limit(10)).isEmpty();
    }

    private static Set<Attributes> attributes(Op op) {
        Set<Attributes> attributes = new LinkedHashSet<>();
        if (op.signature().attributes().stream().noneMatch(Parameter::required)) {
            attributes.add(op.signature().defaults());
        }
        Draws draws = new Draws(new SplittableRandom(SEED));
        for (int i = 0; i < 8 && op.samples().isEmpty(); i++) {
            attributes.add(draws.attributes(op, Shape.of(1)));
        }
        return attributes;
    }

    /** Operands, and a cotangent behind them, to which there is an answer. */
    private static List<double[]> triples(Op op, Attributes attributes) {
        List<double[]> triples = new ArrayList<>();
        int operands = op.signature().operands().size();
        for (double x : OPERANDS) {
            for (double y : operands == 1 ? List.of(0.0) : OPERANDS) {
                double[] point = operands == 1 ? new double[] {x} : new double[] {x, y};
                if (op.unanswered()
                        .at(
                                Arrays.stream(point)
                                        .mapToObj(SpecialNumbersTest::vector)
                                        .toList(),
                                attributes)) {
                    continue;
                }
                for (double g : COTANGENTS) {
                    if (Double.isFinite(g) || op.unanswered().cotangents()) {
                        double[] triple = Arrays.copyOf(point, operands + 1);
                        triple[operands] = g;
                        triples.add(triple);
                    }
                }
            }
        }
        Collections.shuffle(triples, new Random(SEED));
        return triples.subList(0, Math.min(MOST, triples.size()));
    }

    private static Tensor vector(double number) {
        return Tensor.of(DType.FLOAT64, Shape.of(1), number);
    }

    private static List<Finding> findings(Op op, Attributes attributes, double[] triple) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        List<Expr> names = new ArrayList<>();
        for (int i = 0; i < triple.length - 1; i++) {
            inputs.put("x" + i, new Input(vector(triple[i]), true));
            names.add(new Expr.Name("x" + i));
        }
        Program program = Program.of(List.of(new Statement(1, "y", new Expr.Apply(op, names, attributes, 1))));
        Task task = new Task(program, inputs, "y", vector(triple[triple.length - 1]));
        try {
            return CAMPAIGN.examine(SEED, task).findings();
        } catch (IllegalArgumentException e) {
            // Such attributes are refused, or what results is no vector of one number.
            return List.of();
        }
    }
}
