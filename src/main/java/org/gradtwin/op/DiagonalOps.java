package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Diagonals of matrices, and what lies on one side of them (torch.diag, diagonal, diag_embed, tril, triu). */
@AutoService(OpFile.class)
public final class DiagonalOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("tril(input: any, diagonal: int = 0)")
                        .group(SHAPE)
                        .shape(DiagonalOps::matrices)
                        .ranks(2, 3, 4)
                        .kernels(EXACT, "tril")
                        .twin("torch.tril(input, diagonal)")
                        .moves(call -> triangle(call, 1))
                        .build(),
                Op.of("triu(input: any, diagonal: int = 0)")
                        .group(SHAPE)
                        .shape(DiagonalOps::matrices)
                        .ranks(2, 3, 4)
                        .kernels(EXACT, "triu")
                        .twin("torch.triu(input, diagonal)")
                        .moves(call -> triangle(call, -1))
                        .build(),
                Op.of("diag(input: any, diagonal: int = 0)")
                        .group(SHAPE)
                        .ranks(1, 2)
                        .kernels(
                                EXACT,
                                "diagonal",
                                "diagonal_copy",
                                "diag_embed",
                                "diagonal_backward",
                                "zeros",
                                "copy_",
                                "clone",
                                "alias")
                        .twin("torch.diag(input, diagonal)")
                        .definition(DiagonalOps::diag)
                        .build(),
                Op.of("diagonal(input: any, offset: int = 0, dim1: int = 0, dim2: int = 1)")
                        .group(SHAPE)
                        .shape(DiagonalOps::onDiagonal)
                        .ranks(2, 3, 4)
                        .kernels(EXACT, "diagonal", "diagonal_backward", "zeros", "copy_", "clone", "alias")
                        .twin("torch.diagonal(input, offset, dim1, dim2)")
                        .moves(DiagonalOps::diagonal)
                        .build(),
                Op.of("diag_embed(input: any, offset: int = 0, dim1: int = -2, dim2: int = -1)")
                        .group(SHAPE)
                        .shape(DiagonalOps::embedded)
                        .ranks(1, 2, 3)
                        .kernels(EXACT, "diag_embed", "diagonal", "zeros", "copy_", "clone", "alias")
                        .twin("torch.diag_embed(input, offset, dim1, dim2)")
                        .moves(DiagonalOps::embed)
                        .build());
    }

    private static Shape matrices(Call call) {
        if (call.shape(0).rank() < 2) {
            throw call.refused(call.shape(0) + " is no matrix: it needs at least 2 dimensions");
        }
        return call.shape(0);
    }

    private static int[] triangle(Call call, int side) {
        Shape shape = call.shape(0);
        int columns = shape.last();
        int rows = shape.dim(shape.rank() - 2);
        int diagonal = call.attributes().integer("diagonal");
        int[] sources = new int[shape.size()];
        for (int row = 0, at = 0; at < sources.length; row = (row + 1) % rows) {
            for (int column = 0; column < columns; column++, at++) {
                sources[at] = side * (column - row - diagonal) <= 0 ? at : -1;
            }
        }
        return sources;
    }

    private static String diag(Call call) {
        int rank = call.shape(0).rank();
        if (rank != 1 && rank != 2) {
            throw call.refused(call.shape(0) + " has " + rank + " dimensions: 1 or 2 can be, diagonal takes more");
        }
        return rank == 1 ? "value = diag_embed(input, offset=diagonal)" : "value = diagonal(input, offset=diagonal)";
    }

    private static int dim(Call call, String key) {
        return call.shape(0).dimension(call.attributes().integer(key));
    }

    private static int[] others(int rank, int a, int b) {
        return IntStream.range(0, rank).filter(d -> d != a && d != b).toArray();
    }

    private static Shape onDiagonal(Call call) {
        Shape shape = matrices(call);
        int a = dim(call, "dim1");
        int b = dim(call, "dim2");
        if (a == b) {
            throw call.refused("dim1 and dim2 are both " + a);
        }
        int offset = call.attributes().integer("offset");
        int length = offset >= 0
                ? Math.min(shape.dim(a), shape.dim(b) - offset)
                : Math.min(shape.dim(a) + offset, shape.dim(b));
        int[] dims = Arrays.copyOf(
                IntStream.of(others(shape.rank(), a, b)).map(shape::dim).toArray(), shape.rank() - 1);
        dims[dims.length - 1] = Math.max(0, length);
        return Shape.of(dims);
    }

    private static int[] diagonal(Call call) {
        Shape from = call.shape(0);
        int a = dim(call, "dim1");
        int b = dim(call, "dim2");
        int offset = call.attributes().integer("offset");
        int[] others = others(from.rank(), a, b);
        return Sources.byIndex(onDiagonal(call), from, index -> {
            int[] own = new int[from.rank()];
            for (int i = 0; i < others.length; i++) {
                own[others[i]] = index[i];
            }
            own[a] = index[others.length] + Math.max(0, -offset);
            own[b] = index[others.length] + Math.max(0, offset);
            return own;
        });
    }

    /** The two new dimensions, counted from 0 in the result. */
    private static int[] places(Call call) {
        int rank = call.shape(0).rank() + 1;
        int[] places = {call.attributes().integer("dim1"), call.attributes().integer("dim2")};
        for (int i = 0; i < 2; i++) {
            if (places[i] < -rank || places[i] >= rank || call.shape(0).rank() == 0) {
                throw call.refused("dim " + places[i] + " is out of range for a result of " + rank + " dimensions");
            }
            places[i] = Math.floorMod(places[i], rank);
        }
        if (places[0] == places[1]) {
            throw call.refused("dim1 and dim2 are both " + places[0]);
        }
        return places;
    }

    private static Shape embedded(Call call) {
        Shape from = call.shape(0);
        int[] places = places(call);
        int size = from.last() + Math.abs(call.attributes().integer("offset"));
        int[] dims = new int[from.rank() + 1];
        dims[places[0]] = size;
        dims[places[1]] = size;
        int[] others = others(dims.length, places[0], places[1]);
        for (int i = 0; i < others.length; i++) {
            dims[others[i]] = from.dim(i);
        }
        return Shape.of(dims);
    }

    private static int[] embed(Call call) {
        Shape from = call.shape(0);
        int[] places = places(call);
        int offset = call.attributes().integer("offset");
        int[] others = others(from.rank() + 1, places[0], places[1]);
        return Sources.byIndex(embedded(call), from, index -> {
            int[] own = new int[from.rank()];
            for (int i = 0; i < others.length; i++) {
                own[i] = index[others[i]];
            }
            int at = index[places[0]] - Math.max(0, -offset);
            own[others.length] = index[places[1]] - index[places[0]] == offset ? at : -1;
            return own;
        });
    }
}
