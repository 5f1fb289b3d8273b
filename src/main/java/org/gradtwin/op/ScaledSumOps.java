package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ARITHMETIC;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** input ± alpha·other (torch.add and torch.sub with alpha). */
@AutoService(OpFile.class)
public final class ScaledSumOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(scaled("add", "+"), scaled("sub", "-"));
    }

    private static Op scaled(String function, String operator) {
        return Op.of(function + "(input, other: tensor_or_number, *, alpha: number)")
                .id(function + "_scaled")
                .group(ARITHMETIC)
                .broadcasts()
                .kernels(ROUNDED, "add", "sub", "mul")
                .kernels(TERMS, "sum")
                .kernels(EXACT, "neg")
                .twin("torch." + function + "(input, other, alpha=alpha)")
                .definition("value = input " + operator + " alpha * other")
                .build();
    }
}
