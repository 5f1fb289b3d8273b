package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.function.DoublePredicate;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/** Masks from masks, and from what is no ordinary number (torch.logical_and and others, torch.isnan and others). */
@AutoService(OpFile.class)
public final class LogicalOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                both("logical_and", "&", (x, y) -> x != 0 && y != 0),
                both("logical_or", "|", (x, y) -> x != 0 || y != 0),
                both("logical_xor", "^", (x, y) -> x != y),
                each(mask("logical_not(input: mask)").symbol("~"), x -> x == 0),
                each(mask("isnan(input)"), Double::isNaN),
                each(mask("isinf(input)"), Double::isInfinite),
                each(mask("isfinite(input)"), Double::isFinite));
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

    private static Op both(String function, String symbol, ComparisonOps.Relation relation) {
        return mask(function + "(input: mask, other: mask)")
                .symbol(symbol)
                .broadcasts()
                .value((call, values) -> ComparisonOps.compare(call, values, relation))
                .build();
    }

    private static Op each(OpBuilder op, DoublePredicate test) {
        return op.shape(Rules.FIRST)
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
