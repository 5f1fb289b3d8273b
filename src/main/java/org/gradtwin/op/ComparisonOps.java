package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;

/** Comparisons, element by element (torch.lt and others): the result is bool, and no gradient flows through it. */
@AutoService(OpFile.class)
public final class ComparisonOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("lt(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator("<")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "lt")
                        .twin("torch.lt(input, other)")
                        .primitive()
                        .build(),
                Op.of("le(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator("<=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "le")
                        .twin("torch.le(input, other)")
                        .primitive()
                        .build(),
                Op.of("gt(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator(">")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "gt")
                        .twin("torch.gt(input, other)")
                        .primitive()
                        .build(),
                Op.of("ge(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator(">=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "ge")
                        .twin("torch.ge(input, other)")
                        .primitive()
                        .build(),
                Op.of("eq(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator("==")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "eq")
                        .twin("torch.eq(input, other)")
                        .primitive()
                        .build(),
                Op.of("ne(input, other: tensor_or_number)")
                        .group(CHOICE)
                        .operator("!=")
                        .broadcasts()
                        .gives(DType.BOOL)
                        .kernels(EXACT, "ne")
                        .twin("torch.ne(input, other)")
                        .primitive()
                        .build());
    }
}
