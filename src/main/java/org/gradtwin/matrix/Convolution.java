package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Convolution of images with filters: a product of matrices for each image and group of channels, the filters and the windows. */
public final class Convolution {
    private Convolution() {}

    /**
     * What windows of the images of one group of channels there are.
     *
     * @param channels of the group
     * @param padY how many rows before the first one windows begin; what they reach beyond is 0 too
     */
    public record Geometry(
            int channels,
            int height,
            int width,
            int kernelHeight,
            int kernelWidth,
            int strideY,
            int strideX,
            int padY,
            int padX,
            int dilationY,
            int dilationX,
            int outHeight,
            int outWidth) {
        int rows() {
            return channels * kernelHeight * kernelWidth;
        }

        int places() {
            return outHeight * outWidth;
        }

        int image() {
            return channels * height * width;
        }

        /** The first window of a row whose element {@code kx} lies inside of the image. */
        int first(int kx) {
            int before = padX - kx * dilationX;
            return Math.min(outWidth, before <= 0 ? 0 : (before + strideX - 1) / strideX);
        }

        /** The window behind the last one of those. */
        int last(int kx) {
            int room = width - 1 + padX - kx * dilationX;
            return Math.max(first(kx), Math.min(outWidth, room < 0 ? 0 : room / strideX + 1));
        }
    }

    /**
     * The convolution.
     *
     * @param x (batch, groups · channels, height, width), in any shape with those elements
     * @param weight (filters, channels, kernel height, kernel width), likewise
     * @param bias (filters), or null
     * @param result the shape of the result, (batch, filters, out height, out width) or likewise
     */
    public static Matrix of(
            Matrix x, Matrix weight, @Nullable Matrix bias, Geometry geometry, int groups, Shape result) {
        x.sameGraph("convolution", weight);
        return new Task(x, weight, bias, geometry, groups).record(result);
    }

    /** A convolution with its operands. */
    private static final class Task {
        private final Matrix x;
        private final Matrix weight;
        private final @Nullable Matrix bias;
        private final Geometry g;
        private final int groups;
        private final Graph graph;
        private final int batch;
        /** Filters of a group. */
        private final int filters;

        Task(Matrix x, Matrix weight, @Nullable Matrix bias, Geometry g, int groups) {
            this.x = x;
            this.weight = weight;
            this.bias = bias;
            this.g = g;
            this.groups = groups;
            graph = x.graph();
            batch = x.data().length() / Math.max(1, groups * g.image());
            filters = weight.data().length() / Math.max(1, groups * g.rows());
        }

        Matrix record(Shape result) {
            Storage y = graph.allocate(result.size());
            images((from, to) -> forward(y, from, to));
            return bias == null
                    ? graph.record(result, y, this::backward, x, weight)
                    : graph.record(result, y, this::backward, x, weight, bias);
        }

        /** Images are shared among threads as wholes, and what is summed over them is summed afterwards: the bits are those of one thread. */
        private void images(org.gradtwin.matrix.kernel.RowSplit.Rows body) {
            graph.kernels().split().run(batch, 1, (long) batch * groups * filters * g.rows() * g.places(), body);
        }

        private Storage array(int length) {
            return graph.precision().allocate(length);
        }

        private Storage filters(int group) {
            int size = filters * g.rows();
            if (groups == 1) {
                return weight.data();
            }
            Storage part = array(size);
            part.copy(0, weight.data(), group * size, size);
            return part;
        }

        private void forward(Storage y, int from, int to) {
            Kernels kernels = graph.kernels().withThreads(1);
            Storage columns = array(g.rows() * g.places());
            int size = filters * g.places();
            Storage item = array(size);
            for (int group = 0; group < groups; group++) {
                Storage w = filters(group);
                for (int i = from; i < to; i++) {
                    int at = i * groups + group;
                    gather(g, x.data(), at * g.image(), columns);
                    LinearAlgebra.product(kernels, w, false, columns, false, filters, g.places(), g.rows(), item);
                    y.copy(at * size, item, 0, size);
                    if (bias != null) {
                        addBias(y, at * size, bias.data(), group * filters, filters, g.places());
                    }
                }
            }
        }

        private void backward(Storage gradient) {
            boolean toX = x.requiresGrad();
            boolean toWeight = weight.requiresGrad();
            Storage images = graph.allocate(toX ? x.data().length() : 0);
            Storage weights = graph.allocate(toWeight ? batch * weight.data().length() : 0);
            images((from, to) -> backward(gradient, toX ? images : null, toWeight ? weights : null, from, to));
            if (toX) {
                x.receive(images);
            }
            if (toWeight) {
                weight.receive(overBatch(weights, weight.data().length()));
            }
            graph.release(weights);
            if (bias != null && bias.requiresGrad()) {
                int all = groups * filters;
                Storage sums = graph.allocate(batch * all);
                for (int i = 0; i < sums.length(); i++) {
                    sums.set(i, gradient.sum(i * g.places(), g.places(), 1));
                }
                bias.receive(overBatch(sums, all));
                graph.release(sums);
            }
        }

        private Storage overBatch(Storage parts, int length) {
            Storage sum = graph.allocate(length);
            parts.sumRows(batch, length, sum, 0, length);
            return sum;
        }

        private void backward(Storage gradient, @Nullable Storage images, @Nullable Storage weights, int from, int to) {
            Kernels kernels = graph.kernels().withThreads(1);
            Storage columns = array(g.rows() * g.places());
            int size = filters * g.places();
            int taps = filters * g.rows();
            Storage item = array(size);
            Storage part = array(taps);
            if (images != null) {
                images.fill(0, from * groups * g.image(), to * groups * g.image());
            }
            for (int group = 0; group < groups; group++) {
                Storage w = filters(group);
                for (int i = from; i < to; i++) {
                    int at = i * groups + group;
                    item.copy(0, gradient, at * size, size);
                    if (weights != null) {
                        gather(g, x.data(), at * g.image(), columns);
                        LinearAlgebra.product(kernels, item, false, columns, true, filters, g.rows(), g.places(), part);
                        weights.copy(at * taps, part, 0, taps);
                    }
                    if (images != null) {
                        LinearAlgebra.product(kernels, w, true, item, false, g.rows(), g.places(), filters, columns);
                        scatter(g, columns, images, at * g.image());
                    }
                }
            }
        }
    }

    private static void gather(Geometry g, Storage x, int from, Storage columns) {
        if (x instanceof Doubles doubles) {
            Patches64.gather(g, doubles.array(), from, ((Doubles) columns).array());
        } else {
            Patches32.gather(g, ((Floats) x).array(), from, ((Floats) columns).array());
        }
    }

    private static void scatter(Geometry g, Storage columns, Storage x, int from) {
        if (x instanceof Doubles doubles) {
            Patches64.scatter(g, ((Doubles) columns).array(), doubles.array(), from);
        } else {
            Patches32.scatter(g, ((Floats) columns).array(), ((Floats) x).array(), from);
        }
    }

    private static void addBias(Storage y, int from, Storage bias, int first, int rows, int columns) {
        if (y instanceof Doubles doubles) {
            Patches64.addBias(doubles.array(), from, ((Doubles) bias).array(), first, rows, columns);
        } else {
            Patches32.addBias(((Floats) y).array(), from, ((Floats) bias).array(), first, rows, columns);
        }
    }
}
