package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Budget.ROUNDED;
import static org.gradtwin.language.Op.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Masks from masks, and from what is no ordinary number (torch.logical_and and others, torch.isnan and others). */
@AutoService(OpFile.class)
public final class LogicalOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                both("logical_and", (x, y) -> x * y),
                both("logical_or", Math::max),
                both("logical_xor", (x, y) -> x == y ? 0 : 1),
                each("logical_not(input: mask)", x -> x == 0),
                each("isnan(input)", Double::isNaN),
                each("isinf(input)", Double::isInfinite),
                each("isfinite(input)", Double::isFinite));
    }

    private static OpBuilder mask(String signature) {
        String function = signature.substring(0, signature.indexOf('('));
        return Op.of(signature)
                .group(CHOICE)
                .gives(DType.BOOL)
                .kernels(EXACT, function, "abs", "eq", "ne")
                .kernels(ROUNDED, "mul")
                .twin("torch." + signature.replace(": mask", ""));
    }

    private static Op both(String function, DoubleBinaryOperator rule) {
        return mask(function + "(input: mask, other: mask)")
                .broadcasts()
                .value((call, values) -> {
                    Tensor x = Sources.given(values.get(0));
                    Tensor y = Sources.given(values.get(1));
                    Shape result = call.broadcast();
                    int[] from = x.shape().broadcastSources(result);
                    int[] to = y.shape().broadcastSources(result);
                    boolean[] holds = new boolean[result.size()];
                    for (int i = 0; i < holds.length; i++) {
                        holds[i] = rule.applyAsDouble(x.get(from[i]), y.get(to[i])) != 0;
                    }
                    return Tensor.bools(result, holds);
                })
                .build();
    }

    private static Op each(String signature, DoublePredicate test) {
        return mask(signature)
                .shape(Rules.FIRST)
                .value((call, values) -> {
                    Tensor x = Sources.given(values.get(0));
                    boolean[] holds = new boolean[x.size()];
                    for (int i = 0; i < holds.length; i++) {
                        holds[i] = test.test(x.get(i));
                    }
                    return Tensor.bools(x.shape(), holds);
                })
                .build();
    }
}
