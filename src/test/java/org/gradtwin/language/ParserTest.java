package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static final Map<String, Double> VALUES = Map.of("x", 3.0, "y", 2.0, "a", 7.0, "b", 4.0, "c", 1.0);

    /** Python's values for x = 3, y = 2, a = 7, b = 4, c = 1, by hand. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -x**2               | -9
            (-x)**2             | 9
            2**-x               | 0.125
            x**2**0.5           | 4.728804387837416
            x**y**3             | 6561
            (x**y)**3           | 729
            x**-y               | 0.1111111111111111
            x**-2**2            | 0.012345679012345678
            -2**2*x             | -12
            a - b - c           | 2
            a - (b - c)         | 4
            a - b + c           | 4
            a/y/2               | 1.75
            a/(y/2)             | 7
            a/y*2               | 7
            a*y/b               | 3.5
            a + b*c             | 11
            (a + b)*c           | 11
            -a + b              | -3
            -(a + b)            | -11
            --x                 | 3
            +x*2                | 6
            a - +b              | 3
            -+x**2              | -9
            -x*y                | -6
            x*-y                | -6
            2*-y**2             | -8
            a - -b              | 11
            2 - 3 - x           | -4
            x - 2 - 3           | -2
            7/2/2*x             | 5.25
            x*7/2               | 10.5
            (1 - 3)**2*x        | 12
            x*(2 + 1)**2        | 27
            2**3**2*x           | 1536
            -x**-1              | -0.3333333333333333
            x + 1e1             | 13
            x + .5              | 3.5
            x + 1.              | 4
            x+2*y-a/2           | 3.5
            """)
    void precedenceIsPythons(String expression, double expected) {
        double value = evaluate(parse(expression));
        assertThat(Double.compare(value, expected))
                .as("%s is %s", expression, value)
                .isZero();
    }

    /** A program and the form in which it is printed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            x+y                                 | x + y
            ((x))                               | x
            x-(y-a)                             | x - (y - a)
            (x-y)-a                             | x - y - a
            x - (-2)                            | x - -2
            (x*y)/(a*b)                         | x*y/(a*b)
            x@(y@a)                             | x @ (y @ a)
            (-x)**2                             | (-x)**2
            -(x**2)                             | -x**2
            (-2)**x                             | (-2)**x
            (x**2)**3                           | (x**2)**3
            x**(y**a)                           | x**y**a
            x**2.0                              | x**2
            x**-0.0                             | x**-0.0
            x**(1/2)                            | x**0.5
            x**1e300                            | x**1e+300
            -(-x)                               | --x
            (-x).T                              | (-x).T
            (x + y)[0]                          | (x + y)[0]
            x.T.T[0]                            | x.T.T[0]
            x[ 0:2 ,-1]                         | x[0:2, -1]
            x[:,1:3]                            | x[:, 1:3]
            x[::2]                              | x[::2]
            x[1::]                              | x[1:]
            x[::1]                              | x[::1]
            x[rows, t]                          | x[rows, t]
            x[0+1]                              | x[1]
            +x + +(y)                           | x + y
            x[[1, -1]]                          | x[[1, -1]]
            x[:, [0, 2],]                       | x[:, [0, 2]]
            x[torch.tensor([0, 1]), t]          | x[[0, 1], t]
            x[range(2), t]                      | x[arange(end=2), t]
            x.where(x > 0, y)                   | where(x > 0, x, y)
            x.index_put([t, u], y)              | index_put(x, (t, u), y)
            lstm_cell(x, [a, b], w, u)[1]       | lstm_cell(x, (a, b), w, u)[1]
            tensordot(x, y, ([0], [1]))         | tensordot(x, y, dims=([0], [1]))
            add(x, y, alpha=2)                  | add(x, y, alpha=2.0)
            torch.slogdet(x).logabsdet          | linalg.slogdet(x)[1]
            add(x, y)                           | x + y
            sub(x, other=2)                     | x - 2
            mul(input=x, other=y)               | x*y
            div(x, y)                           | x/y
            matmul(x, y)                        | x @ y
            neg(x)                              | -x
            pow(x, 2)                           | x**2
            pow(x, exponent=y)                  | x**y
            sum(x)                              | sum(x)
            sum(x, 0)                           | sum(x, dim=0)
            sum(x, dim=(0, 1), keepdim=False)   | sum(x, dim=(0, 1))
            sum(x, None, True)                  | sum(x, dim=None, keepdim=True)
            sum(x, (1,))                        | sum(x, dim=(1,))
            amax(x, keepdim=True)               | amax(x, dim=None, keepdim=True)
            var(x, correction=0)                | var(x, correction=0.0)
            var(x, correction=1)                | var(x)
            torch.multiply(x, 2)                | x*2
            x.subtract(y).divide(2)             | (x - y)/2
            true_divide(x, y)                   | x/y
            x.negative().absolute()             | abs(-x)
            torch.arctan2(x, y.arcsin())        | atan2(x, asin(y))
            x.arctanh()                         | atanh(x)
            x.greater(y)                        | x > y
            torch.less_equal(x, 1)              | x <= 1
            x.not_equal(0)                      | x != 0
            torch.inverse(x)                    | linalg.inv(x)
            x.inverse()                         | linalg.inv(x)
            torch.std_mean(x, 0, unbiased=False)[0] | std_mean(x, dim=0, correction=0.0)[0]
            x.var(0, unbiased=False)            | var(x, dim=0, correction=0.0)
            x.var(0, False, True)               | var(x, dim=0, correction=0.0, keepdim=True)
            torch.std(x, unbiased=True)         | std(x)
            softmax(x, 1)                       | softmax(x, dim=1)
            reshape(x, (2, -1))                 | reshape(x, shape=(2, -1))
            reshape(x, ())                      | reshape(x, shape=())
            cat((x, y), 0)                      | cat((x, y))
            cat((x,), dim=1)                    | cat((x,), dim=1)
            cat((x, y,), dim=1,)                | cat((x, y), dim=1)
            leaky_relu(x, 0.01)                 | leaky_relu(x)
            leaky_relu(x, 1)                    | leaky_relu(x, negative_slope=1.0)
            gelu(x, approximate="tanh")         | gelu(x, approximate='tanh')
            gelu(x, approximate='none')         | gelu(x)
            clamp(x, -1, 1)                     | clamp(x, min=-1.0, max=1.0)
            clamp(x, max=2**-1)                 | clamp(x, max=0.5)
            softplus(x, threshold=30)           | softplus(x, threshold=30.0)
            linear(x, w)                        | linear(x, w)
            linear(x, w, b)                     | linear(x, w, bias=b)
            linear(x, weight=w, bias=None)      | linear(x, w)
            embedding(t, w)                     | embedding(t, w)
            layer_norm(x, (3,), w, b)           | layer_norm(x, normalized_shape=(3,), weight=w, bias=b)
            layer_norm(x, (3,), bias=b)         | layer_norm(x, normalized_shape=(3,), bias=b)
            huber_loss(x, y, delta=2)           | huber_loss(x, y, delta=2.0)
            mse_loss(x, y, reduction='mean')    | mse_loss(x, y)
            nll_loss(x, t, w)                   | nll_loss(x, t, weight=w)
            cross_entropy(s, t, weight=w, ignore_index=-100, label_smoothing=0.1, reduction='mean') | cross_entropy(s, t, weight=w, label_smoothing=0.1)
            cross_entropy(relu(s)*2, t, ignore_index=-1) | cross_entropy(relu(s)*2, t, ignore_index=-1)
            binary_cross_entropy_with_logits(x, y, pos_weight=w, reduction='sum') | binary_cross_entropy_with_logits(x, y, reduction='sum', pos_weight=w)
            """)
    void printsBack(String expression, String printed) {
        Program program = Program.parse(List.of("result = " + expression));
        assertThat(program.lines()).containsExactly("result = " + printed);
        assertThat(Program.parse(program.lines())).isEqualTo(program).hasSameHashCodeAs(program);
    }

    /** What is refused, the column, and the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            z = x +                  | 8  | expected a value, found the end of the line
            z = x y                  | 7  | unexpected 'y'
            z x                      | 3  | expected '=', found 'x'
            2 = x                    | 1  | expected 'name = expression', found '2'
            z == x                   | 3  | expected '=', found '=='
            z = (x                   | 7  | expected ')', found the end of the line
            z = x)                   | 6  | unexpected ')'
            z = x; y = x             | 6  | unexpected character ';': one statement a line
            z = x\u00a0+ x           | 6  | unexpected character U+00A0
            z = 'x                   | 5  | unexpected character ''': a text that does not end
            z = 2x                   | 6  | unexpected 'x' after a number
            z = x*1_000              | 8  | unexpected '_000' after a number
            z = x*0x1                | 8  | unexpected 'x1' after a number
            z = 1.5.5*x              | 8  | unexpected '.5' after a number
            z = x*007                | 7  | leading zeros in '007'
            z = x*1e999              | 7  | a number is too large for float64
            z = x*9007199254740993   | 7  | an integer is not below 2**53
            z = 3                    | 5  | 'z' is the number 3, not a tensor: write it where it is used
            z = 3/2                  | 5  | 'z' is the number 1.5, not a tensor: write it where it is used
            z = x/(1/0)              | 9  | division by zero: 1 / 0
            z = x*0**-1              | 8  | zero to a negative power: 0 ** -1
            z = x*(-8)**0.5          | 11 | a complex number: (-8) ** 0.5
            z = 10.0**400*x          | 9  | a number is too large for float64
            z = x @ 2                | 7  | @ needs a tensor on both sides
            z = 2 @ 3                | 7  | matmul of the numbers 2 and 3
            z = lambda               | 5  | 'lambda' is a keyword: no functions: write the formula where it is used
            None = x                 | 1  | 'None' is a keyword
            z = True                 | 5  | True cannot stand here: expected a tensor or a number
            z = None + x             | 5  | None cannot stand here: expected a tensor or a number
            z = 'a'                  | 5  | 'a' cannot stand here: expected a tensor or a number
            z = (x, y)               | 5  | a tuple cannot stand here: expected a tensor or a number
            z = x.t                  | 7  | expected .T or a method, found '.t': it is a method, write .t(…)
            z = 2.0 .T               | 5  | the number 2.0 is not a tensor
            z = (1 + 1)[0]           | 5  | the number 2 is not a tensor
            z = x[]                  | 7  | expected a value, found ']'
            z = x[0                  | 8  | expected ']', found the end of the line
            z = x[1.5]               | 7  | expected an integer, found 1.5
            z = x[y:2]               | 7  | a slice takes integers
            z = x[0:y]               | 9  | a slice takes integers
            z = x[::0]               | 9  | the step of a slice must be positive, not 0
            z = x[::-1]              | 9  | the step of a slice must be positive, not -1
            z = x[None:]             | 11 | expected ']', found ':'
            z = sine(x)              | 5  | there is no function 'sine'; did you mean 'sin'?
            z = getitem(x)           | 5  | there is no function 'getitem'
            z = relu()               | 5  | relu: 'input' is missing
            z = relu(x, y)           | 5  | relu: takes at most 1 positional arguments, 2 are given
            z = relu(2)              | 5  | relu: 'input' takes a tensor, not 2
            z = relu(None)           | 5  | relu: 'input' takes a tensor, not None
            z = relu((x, y))         | 5  | relu: 'input' takes a tensor, not a tuple
            z = sum(x, 0, dim=1)     | 5  | sum: 'dim' is given twice
            z = sum(x, dim=0, dim=1) | 19 | sum: 'dim' is given twice
            z = sum(dim=0, x)        | 16 | sum: a positional argument follows a keyword argument
            z = sum(x, dim=0.5)      | 5  | sum: 'dim' takes integers, not 0.5
            z = sum(x, dim=(0, y))   | 5  | sum: 'dim' takes integers, not a tensor
            z = sum(x, keepdim=1)    | 5  | sum: 'keepdim' is given without 'dim'
            z = sum(x, 0, keepdim=1) | 5  | sum: 'keepdim' takes True or False, not 1
            z = prod(x, dim=None)    | 5  | prod: 'dim' takes an integer, not None
            z = softmax(x)           | 5  | softmax: 'dim' is missing
            z = reshape(x, 6)        | 5  | reshape: 'shape' takes a tuple of integers, not 6
            z = cat(x)               | 5  | cat: 'tensors' takes a tuple of tensors
            z = cat((x, 2))          | 5  | cat: 'tensors' takes tensors, not 2
            z = cat(())              | 5  | cat: 'tensors' takes a tuple of tensors
            z = gelu(x, 'tanh')      | 5  | gelu: takes at most 1 positional arguments, 2 are given
            z = gelu(x, approximate='erf') | 5  | gelu: 'approximate' is one of [none, tanh], not 'erf'
            z = add(2, x)            | 5  | add: 'input' takes a tensor, not 2
            z = maximum(x, 2)        | 5  | maximum: 'other' takes a tensor, not 2
            z = elu(x, alpha=None)   | 5  | elu: 'alpha' takes a number, not None
            z = elu(x, alpha=y)      | 5  | elu: 'alpha' takes a number, not a tensor
            """)
    void refuses(String line, int column, String problem) {
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(List.of("first = x", line)))
                .satisfies(e -> assertThat(e.line()).isEqualTo(2))
                .satisfies(e -> assertThat(e.column()).isEqualTo(column))
                .withMessage("line 2, column " + column + ": " + problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " z = x",
                "z = x\n",
                "z = x +\n y",
                "z =\u00a0x",
                "z = x\u000b",
                "z = \u2003x",
                "",
                " ",
                "zé = x",
                "z = x²"
            })
    void whatPythonDoesNotSkipIsRefused(String line) {
        assertThatThrownBy(() -> Program.parse(List.of(line))).isInstanceOf(ProgramException.class);
    }

    @Test
    void spacesAndTabsAreSkipped() {
        assertThat(Program.parse(List.of("z\t=  x *\ty  "))).isEqualTo(Program.parse(List.of("z=x*y")));
    }

    @Test
    void bracketsNestAsDeepAsInPython() {
        assertThat(Program.parse(List.of("z = " + "(".repeat(200) + "x" + ")".repeat(200)))
                        .lines())
                .containsExactly("z = x");
        for (String open : List.of("(", "relu(", "x[", "sum((")) {
            assertThatThrownBy(() -> Program.parse(List.of("z = " + open.repeat(100_000))))
                    .isInstanceOf(ProgramException.class)
                    .hasMessageContaining("nested more than 200 deep");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "x**", "x+", "x*", "--x.T*"})
    void longChainsAreRefusedNotOverflowing(String part) {
        assertThatThrownBy(() -> Program.parse(List.of("z = " + part.repeat(100_000) + "x")))
                .isInstanceOf(ProgramException.class)
                .hasMessageContaining("nested more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "(-2)**x", "2**-x", "neg(x).T"})
    void theDeepestProgramsPrintBack(String innermost) {
        for (String[] wrap :
                new String[][] {{"relu(", ")"}, {"-", ""}, {"neg(", ").T"}, {"x**", ""}, {"neg(", ")**2"}}) {
            int deepest = 0;
            for (int n = 1; n <= 200; n++) {
                String line = "z = " + wrap[0].repeat(n) + innermost + wrap[1].repeat(n);
                try {
                    Program program = Program.parse(List.of(line));
                    assertThat(Program.parse(program.lines())).isEqualTo(program);
                    deepest = n;
                } catch (ProgramException e) {
                    assertThat(e).hasMessageContaining("nested more than");
                }
            }
            assertThat(deepest).isGreaterThanOrEqualTo(98);
        }
    }

    private static Expr parse(String expression) {
        return Program.parse(List.of("result = " + expression))
                .statements()
                .get(0)
                .expr();
    }

    /** A reference in plain doubles for the operators. */
    private static double evaluate(Expr expr) {
        if (expr instanceof Number number) {
            return number.value();
        }
        if (expr instanceof Name name) {
            return Objects.requireNonNull(VALUES.get(name.name()));
        }
        Apply apply = (Apply) expr;
        double[] in = apply.operands().stream()
                .mapToDouble(operand -> evaluate(Objects.requireNonNull(operand)))
                .toArray();
        return switch (apply.op().id()) {
            case "add" -> in[0] + in[1];
            case "sub" -> in[0] - in[1];
            case "mul" -> in[0] * in[1];
            case "div" -> in[0] / in[1];
            case "neg" -> -in[0];
            case "pow" -> Math.pow(in[0], apply.attributes().number("exponent"));
            case "pow_tensor" -> Math.pow(in[0], in[1]);
            default -> throw new IllegalStateException(apply.op().id());
        };
    }
}
