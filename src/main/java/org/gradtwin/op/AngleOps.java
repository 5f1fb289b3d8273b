package org.gradtwin.op;

import static org.gradtwin.language.Budget.ROUNDED;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Degrees to radians and back (torch.deg2rad, torch.rad2deg). */
@AutoService(OpFile.class)
public final class AngleOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("deg2rad")
                        .kernels(ROUNDED, "deg2rad", "mul")
                        .definition("""
value = input * 0.017453292519943295
""")
                        .build(),
                Rules.elementwise("rad2deg")
                        .kernels(ROUNDED, "rad2deg", "mul")
                        .definition("""
value = input * 57.29577951308232
""")
                        .build());
    }
}
