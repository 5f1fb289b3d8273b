package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
    private static final Map<String, Type> INPUTS = Map.of(
            "x", type(DType.FLOAT64, true, 2, 3),
            "w", type(DType.FLOAT64, false, 4, 5),
            "v", type(DType.FLOAT64, false, 3),
            "s", type(DType.FLOAT64, false),
            "t", type(DType.INT64, false, 2),
            "e", type(DType.FLOAT64, false, 0, 3));

    private static Type type(DType dtype, boolean requiresGrad, int... dims) {
        return new Type(dtype, Shape.of(dims), requiresGrad);
    }

    @Test
    void theNotebooksExpression() {
        Program program = Program.parse("""
                z = 2*x + 2 - x
                q = relu(z) + z*tanh(x)

                h = relu(z*z)
                y = tanh(-h + q + q*x)
                """);
        assertThat(program.inputs()).containsExactly("x");
        assertThat(program.statements()).extracting(Statement::name).containsExactly("z", "q", "h", "y");
        assertThat(program.ops())
                .containsExactlyInAnyOrder(
                        Ops.of("mul"), Ops.of("add"), Ops.of("sub"), Ops.of("relu"), Ops.of("tanh"), Ops.of("neg"));
        assertThat(program)
                .hasToString("z = 2*x + 2 - x\nq = relu(z) + z*tanh(x)\nh = relu(z*z)\ny = tanh(-h + q + q*x)");
    }

    @Test
    void aStatementMayBeANameOnlyAndKeepsItsType() {
        Map<String, Type> types = Program.parse("a = x\nb = t\nc = a.T").infer(INPUTS);
        assertThat(types)
                .containsEntry("a", type(DType.FLOAT64, true, 2, 3))
                .containsEntry("b", type(DType.INT64, false, 2))
                .containsEntry("c", type(DType.FLOAT64, true, 3, 2));
    }

    @Test
    void aGradientIsRequiredIfAnyOperandRequiresOne() {
        Map<String, Type> types =
                Program.parse("a = v*2\nb = a + x\nc = cat((a, v))").infer(INPUTS);
        assertThat(types.get("a")).isEqualTo(type(DType.FLOAT64, false, 3));
        assertThat(types.get("b")).isEqualTo(type(DType.FLOAT64, true, 2, 3));
        assertThat(types.get("c")).isEqualTo(type(DType.FLOAT64, false, 6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a = x        ; a = v       | line 2, column 1: 'a' is assigned twice: give the second value a name of its own
            a = b*2      ; b = x       | line 2, column 1: 'b' is read before it is assigned
            a = a + 1                  | line 1, column 1: 'a' is read before it is assigned
            """)
    void aNameIsAssignedOnce(String lines, String message) {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(List.of(lines.split("\\s*; "))))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \n"})
    void aProgramHasStatements(String text) {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(text))
                .withMessage("line 1, column 1: the program is empty");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            z = x @ w                    | 7  | matmul (2, 3) @ (4, 5): inner sizes 3 and 4 differ
            z = v @ s                    | 7  | matmul (3,) @ (): both operands need at least 1 dimension
            z = v + w                    | 7  | add: (3,) and (4, 5) do not broadcast: sizes 3 and 5 differ in dimension 1
            z = tanh(v)*w                | 12 | mul: (3,) and (4, 5) do not broadcast: sizes 3 and 5 differ in dimension 1
            z = sum(x, dim=2)            | 5  | dim 2 is out of range for (2, 3): expected -2 to 1
            z = sum(x, (1, -1))          | 5  | dim 1 appears twice in [1, -1]
            z = amax(e, 0)               | 5  | amax of (0, 3): dimension 0 is empty
            z = reshape(x, (4, 2))       | 5  | reshape (2, 3) to (4, 2): 6 elements are not 8
            z = reshape(x, (4, -1))      | 5  | reshape (2, 3) to (4, -1): 6 elements do not divide by 4
            z = reshape(x, (-1, -1))     | 5  | reshape (2, 3) to (-1, -1): size -1
            z = x[None, None, None, None, None, None, None] | 6 | (1, 1, 1, 1, 1, 1, 1, 2, 3) has 9 dimensions, more than 8
            z = v.T                      | 6  | .T of (3,): needs 2 dimensions, transpose takes any two
            z = x[2]                     | 6  | index 2 is out of range for dimension 0 of (2, 3)
            z = v[0, 0]                  | 6  | too many indices for (3,): 2 for 1 dimensions
            z = x[v]                     | 6  | an index tensor must be int64, not float64
            z = t*2                      | 6  | mul: 'input' takes a floating-point tensor, not int64
            z = tanh(t)                  | 5  | tanh: 'input' takes a floating-point tensor, not int64
            z = embedding(v, w)          | 5  | embedding: 'input' takes an int64 tensor, not float64
            z = cat((x, w))              | 5  | cat along dim 0: (2, 3) and (4, 5) differ in another dimension
            z = cat((s, s))              | 5  | cat: operand 0 is 0-d and cannot be concatenated
            z = linear(x, w)             | 5  | linear (2, 3) with weight (4, 5): inner sizes 3 and 5 differ
            z = linear(w, v)             | 5  | linear (4, 5) with weight (3,): inner sizes 5 and 3 differ
            z = linear(x, v, s)          | 5  | linear (2, 3) with weight (3,): takes no bias
            z = layer_norm(x, (2,))      | 5  | layer_norm: (2, 3) does not end in normalized_shape (2,)
            z = layer_norm(x, (3,), s)   | 5  | layer_norm: weight () is not normalized_shape (3,)
            z = clamp(x)                 | 5  | clamp: at least one of min and max must be given
            z = huber_loss(x, x, delta=0) | 5 | huber_loss: delta 0.0 is not positive
            z = nll_loss(w, t)           | 5  | nll_loss: input (4, 5) with target (2,): expected (N, C, …) with (N, …), or (C,) with ()
            z = nll_loss(x, t, s)        | 5  | nll_loss: weight () is not one number for each of 3 classes
            z = cross_entropy(x, t, label_smoothing=2) | 5 | cross_entropy: label_smoothing 2.0 is not in [0, 1]
            z = binary_cross_entropy_with_logits(x, v) | 5 | binary_cross_entropy_with_logits: target (3,) is not of the input's shape (2, 3)
            z = x + y                    | 1  | 'y' is not defined
            """)
    void inferenceRefusesWithTheNumbers(String line, int column, String problem) {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(List.of("first = x", line)).infer(INPUTS))
                .withMessage("line 2, column " + column + ": " + problem)
                .satisfies(e -> assertThat(e.line()).isEqualTo(2));
    }

    @Test
    void anInputIsNotAssigned() {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse("x = v*2").infer(INPUTS))
                .withMessage("line 1, column 1: 'x' is assigned, but it is an input");
    }

    @ParameterizedTest
    @CsvSource({
        "x,true",
        "t,true",
        "_a1,true",
        "getitem,true",
        "T,true",
        "sum,true",
        "relu,true",
        "lambda,false",
        "True,false",
        "1x,false",
        "'a b',false",
        "'',false",
        "é,false",
        "__debug__,false",
        "abs,true",
        "match,true"
    })
    void names(String name, boolean free) {
        assertThat(Program.isName(name)).isEqualTo(free);
    }

    /** Every row can be called by each of its keywords, and prints back. */
    @Test
    void everyOpTakesItsKeywords() {
        for (Op op : Ops.all()) {
            if (!op.isFunction()) {
                assertThat(Ops.byFunction(op.signature().function()))
                        .allMatch(form -> form.signature() != op.signature());
                continue;
            }
            StringBuilder arguments = new StringBuilder();
            for (Parameter parameter : op.signature().parameters()) {
                arguments
                        .append(arguments.isEmpty() ? "" : ", ")
                        .append(parameter.name())
                        .append('=');
                arguments.append(
                        switch (parameter.kind()) {
                            case TENSOR, TENSOR_OR_NUMBER, ANY, MASK_OR_TENSOR -> "x";
                            case INDICES, INDICES_OR_TENSOR -> "t";
                            case MASK -> "m";
                            case TENSORS -> "(x, x)";
                            case INDICES_TUPLE -> "(t, t)";
                            case NUMBER -> "0.75";
                            case INT, DIMS, SIZES, PAIRS -> "1";
                            case BOOL -> "True";
                            case TEXT ->
                                "'"
                                        + op.texts(parameter)
                                                .get(op.texts(parameter).size() - 1) + "'";
                            case INTS -> "(3, 2)";
                        });
            }
            String number = op.hasResults()
                    ? "[" + Math.max(0, op.result(op.signature().defaults().with(Op.RESULT, 0))) + "]"
                    : "";
            Program program =
                    Program.parse(List.of("y = " + op.signature().function() + "(" + arguments + ")" + number));
            assertThat(program.ops()).containsExactly(op);
            assertThat(Program.parse(program.lines())).isEqualTo(program);
        }
    }
}
