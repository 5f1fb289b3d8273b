package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The tangent (torch.tan). */
@AutoService(OpFile.class)
public final class TanOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Rules.elementwise("tan")
                .outside((operands, attributes) -> Near.any(operands.get(0), x -> Math.abs(Math.cos(x)) < 0.125))
                .ofFiniteCotangents("an infinite one: by the quotient rule infinities of both signs may meet")
                .kernels(ELEMENTARY, "tan", "pow")
                .kernels(ROUNDED, "add", "mul")
                .definition("""
value = sin(input) / cos(input)
""")
                .build());
    }
}
