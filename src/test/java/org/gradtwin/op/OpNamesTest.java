package org.gradtwin.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.report.CompareTable.Sum;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of an op stands in its file: nothing else in the product goes by an op's name. */
class OpNamesTest {
    private static final Path MAIN = Path.of("src/main/java/org/gradtwin");

    /** The ops' files, and the engines, which have rules for ops and know them by name. */
    private static final List<String> AT_HOME = List.of("op", "engines", "scalar", "matrix");

    /** Words that are an op's name by chance, and the one place where a loss is chosen by its name. */
    private static final Map<String, Set<String>> OTHERWISE = Map.of(
            "report/html/CheckList.java", Set.of("any"), // a filter that takes all
            "report/draw/HeatMap.java", Set.of("tensor"), // what is drawn
            "report/html/NumberTable.java", Set.of("index"), // the head of a column
            "language/Numbers.java", Set.of("sqrt", "log", "exp"), // functions of Python's math, of numbers
            "language/GradReader.java", Set.of("sum", "ones_like"), // PyTorch's spellings of grad
            "language/Parameter.java", Set.of("tensor"), // a kind of parameters
            "language/Scatter.java", Set.of("index_put"), // a kernel of PyTorch
            "language/SubscriptReader.java", Set.of("tensor"), // what Python makes of a list among subscripts
            "language/Parser.java", Set.of("unbind"), // what Python does with a tensor in a, b = x
            "train/Loss.java", Set.of("mse_loss", "cross_entropy")); // the loss of a training, as its file names it

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    @Test
    void noOpIsKnownByNameOutsideOfItsFileAndTheEngines() throws IOException {
        Set<String> ids = Ops.all().stream().map(Op::id).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        int scanned = 0;
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = MAIN.relativize(file).toString().replace('\\', '/');
                if (AT_HOME.contains(name.replaceFirst("/.*", ""))) {
                    continue;
                }
                scanned++;
                Matcher literals = LITERAL.matcher(Files.readString(file));
                while (literals.find()) {
                    String literal = literals.group(1);
                    if (ids.contains(literal)
                            && !OTHERWISE.getOrDefault(name, Set.of()).contains(literal)) {
                        found.add(name + ": \"" + literal + "\"");
                    }
                }
            }
        }
        assertThat(scanned).isGreaterThan(100);
        assertThat(found).isEmpty();
    }

    /** The gradient of what sees differences alone sums to 0. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "softmax(x, dim=0)",
                "softmax(x, dim=-1)",
                "log_softmax(x, dim=1)",
                "cross_entropy(x, t)",
                "cross_entropy(x, t, label_smoothing=0.25, reduction='sum')"
            })
    void theDimensionOfAShiftInvariantOpIsSo(String text) {
        Program program = Program.parse("y = " + text);
        Tensor x = Tensor.of(DType.FLOAT64, Shape.of(2, 3), 0.5, -1, 2, 0.25, 1, -0.5);
        Input target = new Input(Tensor.indices(Shape.of(2), 2, 0), false);
        Map<String, Input> inputs = program.inputs().contains("t")
                ? Map.of("x", new Input(x, true), "t", target)
                : Map.of("x", new Input(x, true));
        Op op = program.ops().iterator().next();
        Attributes attributes = ((Apply) program.statements().get(0).expr()).attributes();
        Type type = new Type(DType.FLOAT64, x.shape(), true);
        int dim = op.shiftInvariantDim(new Call(op, List.of(type), attributes)).orElseThrow();
        Shape shape = op.group() == Group.LOSSES ? Shape.SCALAR : x.shape();
        double[] cotangent = new double[shape.size()];
        for (int i = 0; i < cotangent.length; i++) {
            cotangent[i] = i * 0.75 - 1;
        }
        Task task = new Task(program, inputs, "y", Tensor.of(DType.FLOAT64, shape, cotangent));
        Tensor gradient = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64)
                .get(Quantity.grad("x"))
                .orElseThrow();
        assertThat(Sum.of(gradient, dim)).isLessThan(1e-15);
        assertThat(Sum.of(gradient, 1 - dim)).isGreaterThan(1e-3);
    }
}
