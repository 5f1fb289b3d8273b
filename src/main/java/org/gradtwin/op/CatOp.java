package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Tensors one after the other along a dimension (torch.cat). */
@AutoService(OpFile.class)
public final class CatOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("cat(tensors: tensors, dim: int = 0)")
                .alias("concat(tensors: tensors, dim: int = 0)")
                .alias("concatenate(tensors: tensors, dim: int = 0)")
                .group(SHAPE)
                .shape(CatOp::joined)
                .ranks(1, 2)
                .kernels(EXACT, "cat", "slice")
                .twin("torch.cat(tensors, dim)")
                .moves(CatOp::sources)
                .primitive()
                .gradient(CatOp::gradient)
                .build());
    }

    /** A vector of no elements, which PyTorch skips whatever the shape of the others is. */
    private static final Shape EMPTY_VECTOR = Shape.of(0);

    private static Shape joined(Call call) {
        List<Shape> joined = new ArrayList<>();
        for (int i = 0; i < call.operands().size(); i++) {
            Shape shape = call.shape(i);
            if (shape.rank() == 0) {
                throw call.refused("operand " + i + " is 0-d and cannot be concatenated");
            }
            if (!shape.equals(EMPTY_VECTOR)) {
                joined.add(shape);
            }
        }
        if (joined.isEmpty()) {
            return EMPTY_VECTOR;
        }
        Shape first = joined.get(0);
        int dim = first.dimension(call.attributes().integer("dim"));
        int[] dims = first.dims();
        for (Shape other : joined.subList(1, joined.size())) {
            boolean fits = other.rank() == first.rank();
            for (int d = 0; fits && d < first.rank(); d++) {
                fits = d == dim || other.dim(d) == first.dim(d);
            }
            if (!fits) {
                throw new IllegalArgumentException(
                        "cat along dim " + dim + ": " + first + " and " + other + " differ in another dimension");
            }
            dims[dim] += other.dim(dim);
        }
        return Shape.of(dims);
    }

    /** In turn from each operand as many elements as it has in one step before the dimension. */
    private static int[] sources(Call call) {
        Shape result = joined(call);
        int[] sources = new int[result.size()];
        int blocks = sources.length == 0
                ? 0
                : result.product(0, result.dimension(call.attributes().integer("dim")));
        int at = 0;
        for (int block = 0; block < blocks; block++) {
            int start = 0;
            for (int i = 0; i < call.operands().size(); i++) {
                int size = call.shape(i).size() / blocks;
                for (int element = 0; element < size; element++) {
                    sources[at++] = start + block * size + element;
                }
                start += call.shape(i).size();
            }
        }
        return sources;
    }

    /** The part of the gradient that each operand made. */
    private static String gradient(Call call) {
        Shape result = joined(call);
        int dim = result.equals(EMPTY_VECTOR)
                ? 0
                : result.dimension(call.attributes().integer("dim"));
        StringBuilder text = new StringBuilder();
        int end = 0;
        for (int i = 0; i < call.operands().size(); i++) {
            // A vector of no elements may stand among others of more dimensions.
            boolean skipped = call.shape(i).equals(EMPTY_VECTOR);
            int start = end;
            end += skipped ? 0 : call.shape(i).dim(dim);
            String part = "grad[" + ":, ".repeat(dim) + start + ":" + end + "]";
            text.append("grad(tensors" + i + ") = " + (skipped ? "tensors" + i + " * 1" : part) + "\n");
        }
        return text.toString();
    }
}
