package org.gradtwin.program;

import static org.gradtwin.program.Domain.ABOVE_MINUS_ONE;
import static org.gradtwin.program.Domain.ALL;
import static org.gradtwin.program.Domain.NONZERO;
import static org.gradtwin.program.Domain.NON_NEGATIVE;
import static org.gradtwin.program.Domain.POSITIVE;
import static org.gradtwin.program.Twin.NDARRAY;
import static org.gradtwin.program.Twin.SCRIPT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The ops of version 1, each declared once: how PyTorch calls it, the rule for the shape of its result, where it is
 * defined, and in words what PyTorch does at its kinks. Formulas and conventions are those of the PyTorch documentation
 * (torch, torch.nn.functional).
 */
public enum Op {
    // spotless:off
    // arithmetic
    ADD("arithmetic", "+", "add(input, other: tensor_or_number)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    SUB("arithmetic", "-", "sub(input, other: tensor_or_number)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    MUL("arithmetic", "*", "mul(input, other: tensor_or_number)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    DIV("arithmetic", "/", "div(input, other: tensor_or_number)", ShapeRule.ELEMENTWISE, NONZERO, NDARRAY, "other = 0: value ±inf or NaN, gradient of other −x/0² as IEEE gives it"),
    NEG("arithmetic", "-", "neg(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    POW("arithmetic", "**", "pow(input, exponent: number)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "exponent 0: value 1 and gradient 0 everywhere, at 0 too; negative input with a fractional exponent: NaN"),
    POW_TENSOR("arithmetic", "**", "pow(input, exponent)", ShapeRule.ELEMENTWISE, POSITIVE, NDARRAY, "input 0: gradient of the exponent is 0 where the exponent is ≥ 0; exponent 0: gradient of the input is 0"),
    MATMUL("arithmetic", "@", "matmul(input, other)", ShapeRule.MATMUL, ALL, NDARRAY, "none"),
    SQUARE("arithmetic", null, "square(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    RECIPROCAL("arithmetic", null, "reciprocal(input)", ShapeRule.ELEMENTWISE, NONZERO, SCRIPT, "at ±0: ±inf, gradient −inf"),
    // elementwise
    ABS("elementwise", null, "abs(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "at 0: gradient 0"),
    EXP("elementwise", null, "exp(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    EXPM1("elementwise", null, "expm1(input)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "none"),
    LOG("elementwise", null, "log(input)", ShapeRule.ELEMENTWISE, POSITIVE, NDARRAY, "at 0: −inf, gradient +inf"),
    LOG1P("elementwise", null, "log1p(input)", ShapeRule.ELEMENTWISE, ABOVE_MINUS_ONE, SCRIPT, "at −1: −inf, gradient +inf"),
    SQRT("elementwise", null, "sqrt(input)", ShapeRule.ELEMENTWISE, NON_NEGATIVE, NDARRAY, "at 0: gradient +inf"),
    RSQRT("elementwise", null, "rsqrt(input)", ShapeRule.ELEMENTWISE, POSITIVE, SCRIPT, "at 0: +inf, gradient −inf"),
    SIN("elementwise", null, "sin(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    COS("elementwise", null, "cos(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    TANH("elementwise", null, "tanh(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none; saturates to ±1, gradient 1 − y² then exactly 0"),
    SIGMOID("elementwise", null, "sigmoid(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none; gradient y(1 − y), 0 once y rounds to 1"),
    RELU("elementwise", null, "relu(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "at 0: gradient 0; NaN stays NaN"),
    LEAKY_RELU("elementwise", null, "leaky_relu(input, negative_slope: number = 0.01)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "at 0: gradient is negative_slope"),
    ELU("elementwise", null, "elu(input, alpha: number = 1.0)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "at 0: gradient is alpha; for x < 0 the value is alpha·expm1(x), up to PyTorch 2.7 alpha·(exp(x) − 1)"),
    GELU("elementwise", null, "gelu(input, *, approximate: 'none'|'tanh' = 'none')", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "none; at ±inf the gradient is NaN, at −inf the value too"),
    SILU("elementwise", null, "silu(input)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "none"),
    SOFTPLUS("elementwise", null, "softplus(input, beta: number = 1.0, threshold: number = 20.0)", ShapeRule.ELEMENTWISE, ALL, SCRIPT, "beta·x > threshold: the identity, gradient 1"),
    ERF("elementwise", null, "erf(input)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "none"),
    CLAMP("elementwise", null, "clamp(input, min: number = None, max: number = None)", ShapeRule.CLAMP, ALL, SCRIPT, "at min and at max: gradient 1"),
    MAXIMUM("elementwise", null, "maximum(input, other)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "a tie: ½ to each; NaN in either: NaN"),
    MINIMUM("elementwise", null, "minimum(input, other)", ShapeRule.ELEMENTWISE, ALL, NDARRAY, "a tie: ½ to each; NaN in either: NaN"),
    // shape
    RESHAPE("shape", null, "reshape(input, shape: ints)", ShapeRule.RESHAPE, ALL, NDARRAY, "none"),
    TRANSPOSE("shape", ".T", "t(input)", ShapeRule.TRANSPOSE, ALL, NDARRAY, "none"),
    INDEX("shape", "[]", "getitem(input)", ShapeRule.INDEX, ALL, SCRIPT, "repeated indices: gradients add up"),
    CAT("shape", null, "cat(tensors: tensors, dim: int = 0)", ShapeRule.CAT, ALL, NDARRAY, "none"),
    // reductions
    SUM("reductions", null, "sum(input, dim: dims = None, keepdim: bool = False)", ShapeRule.REDUCE, ALL, SCRIPT, "none; empty: 0"),
    MEAN("reductions", null, "mean(input, dim: dims = None, keepdim: bool = False)", ShapeRule.REDUCE, ALL, SCRIPT, "none; empty: NaN"),
    AMAX("reductions", null, "amax(input, dim: dims = None, keepdim: bool = False)", ShapeRule.REDUCE_NON_EMPTY, ALL, SCRIPT, "ties: the gradient is split evenly"),
    AMIN("reductions", null, "amin(input, dim: dims = None, keepdim: bool = False)", ShapeRule.REDUCE_NON_EMPTY, ALL, SCRIPT, "ties: the gradient is split evenly"),
    PROD("reductions", null, "prod(input, dim: int = None, keepdim: bool = False)", ShapeRule.REDUCE, ALL, SCRIPT, "zeros: the gradient of one zero is the product of the others, with two zeros all are 0"),
    LOGSUMEXP("reductions", null, "logsumexp(input, dim: dims, keepdim: bool = False)", ShapeRule.REDUCE_ALONG, ALL, SCRIPT, "all −inf: −inf, gradient NaN"),
    VAR("reductions", null, "var(input, dim: dims = None, *, correction: number = 1, keepdim: bool = False)", ShapeRule.REDUCE, ALL, SCRIPT, "as many elements as the correction: NaN or inf, as IEEE divides"),
    SOFTMAX("reductions", null, "softmax(input, dim: int)", ShapeRule.ALONG, ALL, SCRIPT, "none"),
    LOG_SOFTMAX("reductions", null, "log_softmax(input, dim: int)", ShapeRule.ALONG, ALL, SCRIPT, "none"),
    // layers
    LINEAR("layers", null, "linear(input, weight, bias = None)", ShapeRule.LINEAR, ALL, SCRIPT, "none"),
    EMBEDDING("layers", null, "embedding(input: indices, weight)", ShapeRule.EMBEDDING, ALL, SCRIPT, "repeated indices: gradients add up"),
    LAYER_NORM("layers", null, "layer_norm(input, normalized_shape: ints, weight = None, bias = None, eps: number = 1e-5)", ShapeRule.LAYER_NORM, ALL, SCRIPT, "none"),
    // losses
    MSE_LOSS("losses", null, "mse_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean')", ShapeRule.ELEMENTWISE_LOSS, ALL, SCRIPT, "none"),
    L1_LOSS("losses", null, "l1_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean')", ShapeRule.ELEMENTWISE_LOSS, ALL, SCRIPT, "input = target: gradient 0"),
    HUBER_LOSS("losses", null, "huber_loss(input, target, *, reduction: 'mean'|'sum'|'none' = 'mean', delta: number = 1.0)", ShapeRule.HUBER_LOSS, ALL, SCRIPT, "|input − target| = delta: both sides have gradient ±delta"),
    NLL_LOSS("losses", null, "nll_loss(input, target: indices, weight = None, *, ignore_index: int = -100, reduction: 'mean'|'sum'|'none' = 'mean')", ShapeRule.CLASS_LOSS, ALL, SCRIPT, "every row ignored: mean is NaN"),
    CROSS_ENTROPY("losses", null, "cross_entropy(input, target: indices, weight = None, *, ignore_index: int = -100, reduction: 'mean'|'sum'|'none' = 'mean', label_smoothing: number = 0.0)", ShapeRule.CLASS_LOSS, ALL, SCRIPT, "every row ignored: mean is NaN"),
    BINARY_CROSS_ENTROPY_WITH_LOGITS("losses", null, "binary_cross_entropy_with_logits(input, target, weight = None, *, reduction: 'mean'|'sum'|'none' = 'mean', pos_weight = None)", ShapeRule.BINARY_LOSS, ALL, SCRIPT, "none");
    // spotless:on

    private static final Map<String, List<Op>> BY_FUNCTION = Arrays.stream(values())
            .filter(op -> op.isFunction())
            .collect(Collectors.groupingBy(op -> op.signature().function()));

    private final String group;
    private final @Nullable String symbol;

    @SuppressWarnings("ImmutableEnumChecker") // a record of copied lists
    private final Signature signature;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final ShapeRule rule;

    private final Domain domain;
    private final Twin twin;
    private final String kinks;

    Op(
            String group,
            @Nullable String symbol,
            String signature,
            ShapeRule rule,
            Domain domain,
            Twin twin,
            String kinks) {
        this.group = group;
        this.symbol = symbol;
        this.signature = Signature.parse(signature);
        this.rule = rule;
        this.domain = domain;
        this.twin = twin;
        this.kinks = kinks;
    }

    /** The ops that PyTorch calls by that function name, {@code pow} being two; empty if there is none. */
    public static List<Op> byFunction(String function) {
        return BY_FUNCTION.getOrDefault(function, List.of());
    }

    /** The op's unique name, for instance {@code "pow_tensor"}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The group of the op table. */
    public String group() {
        return group;
    }

    /** The operator that writes this op, empty if it is written as a function. */
    public Optional<String> symbol() {
        return Optional.ofNullable(symbol);
    }

    /** PyTorch's function name and parameters. */
    public Signature signature() {
        return signature;
    }

    /** Whether it is called by its name; {@code .T} and subscripts are not, so that {@code t} stays a free name. */
    public boolean isFunction() {
        return this != TRANSPOSE && this != INDEX;
    }

    /** Where the op is defined. */
    public Domain domain() {
        return domain;
    }

    /** How the PyTorch twin applies it. */
    public Twin twin() {
        return twin;
    }

    /** What PyTorch does at the kinks, in words. */
    public String kinks() {
        return kinks;
    }

    /**
     * The shape of the result.
     *
     * @param operands types of the operands, null for an optional one that is absent
     * @param attributes all attributes
     * @throws IllegalArgumentException if PyTorch would refuse them, with the numbers
     */
    public Shape shape(List<@Nullable Type> operands, Attributes attributes) {
        return rule.shape(this, operands, attributes);
    }

    /** The same for operands that are values, by a function that tells their type. */
    public <V> Shape shapeOf(List<@Nullable V> operands, Attributes attributes, Function<V, Type> type) {
        List<@Nullable Type> types = new ArrayList<>();
        for (V operand : operands) {
            types.add(operand == null ? null : type.apply(operand));
        }
        return shape(types, attributes);
    }
}
