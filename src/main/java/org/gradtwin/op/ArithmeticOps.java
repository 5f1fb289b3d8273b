package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ARITHMETIC;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Sums, products and quotients, element by element (torch.add and others). */
@AutoService(OpFile.class)
public final class ArithmeticOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("add(input, other: tensor_or_number)")
                        .group(ARITHMETIC)
                        .operator("+")
                        .broadcasts()
                        .masks()
                        .kernels(ROUNDED, "add")
                        .kernels(TERMS, "sum")
                        .twin("torch.add(input, other)")
                        .primitive()
                        .gradient("""
grad(input) = grad
grad(other) = grad
""")
                        .build(),
                Op.of("sub(input, other: tensor_or_number)")
                        .alias("subtract(input, other: tensor_or_number)")
                        .group(ARITHMETIC)
                        .operator("-")
                        .broadcasts()
                        .kernels(ROUNDED, "sub", "rsub")
                        .kernels(EXACT, "neg")
                        .kernels(TERMS, "sum")
                        .twin("torch.sub(input, other)")
                        .primitive()
                        .gradient("""
grad(input) = grad
grad(other) = -grad
""")
                        .build(),
                Op.of("mul(input, other: tensor_or_number)")
                        .alias("multiply(input, other: tensor_or_number)")
                        .group(ARITHMETIC)
                        .operator("*")
                        .broadcasts()
                        .masks()
                        .kernels(ROUNDED, "mul")
                        .kernels(TERMS, "sum")
                        .twin("torch.mul(input, other)")
                        .primitive()
                        .gradient("""
grad(input) = grad * other
grad(other) = grad * input
""")
                        .build(),
                Op.of("div(input, other: tensor_or_number)")
                        .alias("divide(input, other: tensor_or_number)")
                        .alias("true_divide(input, other: tensor_or_number)")
                        .group(ARITHMETIC)
                        .operator("/")
                        .broadcasts()
                        .masks()
                        .domain(Domain.NONZERO)
                        .kinks("other = 0: value ±inf or NaN, gradient of other −x/0² as IEEE gives it")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ROUNDED, "div", "mul")
                        .kernels(EXACT, "neg")
                        .kernels(TERMS, "sum")
                        .twin("torch.div(input, other)")
                        .primitive()
                        .gradient("""
grad(input) = grad / other
grad(other) = -grad * (input / other / other)
""")
                        .build(),
                Op.of("neg(input)")
                        .alias("negative(input)")
                        .group(ARITHMETIC)
                        .operator("-")
                        .shape(Rules.FIRST)
                        .kernels(EXACT, "neg")
                        .twin("torch.neg(input)")
                        .primitive()
                        .gradient("grad(input) = -grad")
                        .build(),
                Op.of("square(input)")
                        .group(ARITHMETIC)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "pow")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.square(input)")
                        .definition("""
value = input * input
""")
                        .build(),
                Op.of("reciprocal(input)")
                        .group(ARITHMETIC)
                        .shape(Rules.FIRST)
                        .domain(Domain.NONZERO)
                        .kinks("at ±0: ±inf, gradient −inf")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ROUNDED, "reciprocal", "mul")
                        .kernels(EXACT, "neg")
                        .twin("torch.reciprocal(input)")
                        .definition("""
value = 1 / input
""")
                        .build());
    }
}
