package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The elements of one or the other operand, as a mask says (torch.where). */
@AutoService(OpFile.class)
public final class WhereOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("where(condition: mask, input: tensor_or_number, other: tensor_or_number)")
                .alias(".where(input, condition: mask, other: tensor_or_number)")
                .group(CHOICE)
                .broadcasts()
                .kinks("none; the element that is not chosen gets exactly 0, whatever the gradient is")
                .kernels(EXACT, "where", "zeros_like", "scalar_tensor")
                .kernels(TERMS, "sum")
                .twin("torch.where(condition, input, other)")
                .primitive()
                .gradient("""
grad(input) = where(condition, grad, 0)
grad(other) = where(condition, 0, grad)
""")
                .build());
    }
}
