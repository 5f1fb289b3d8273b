package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The same values as a constant (torch.Tensor.detach): no gradient flows back. */
@AutoService(OpFile.class)
public final class DetachOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("detach(input)")
                .group(CHOICE)
                .shape(Rules.FIRST)
                .constant()
                .kernels(EXACT, "detach", "alias")
                .twin("torch.detach(input)")
                .primitive()
                .build());
    }
}
