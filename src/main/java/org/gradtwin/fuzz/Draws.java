package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Sample;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Seeded draws of shapes, values and attributes; proposals only, which shape rules and the reference may turn down. */
final class Draws {
    private static final int MAX_SIZE = 5;
    private static final double[] FEW = {-0.75, 0.5, 1.25};
    private static final double[] NUMBERS = {0.125, 0.25, 0.5, 1, 1.5, 2, 3};

    /** On both sides of the widths of vectors and blocks. */
    private static final int[] LENGTHS = {
        1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257
    };

    private static final int MAX_ELEMENTS = 1300;

    /** As many dimensions as few ops would be tried with otherwise. */
    private static final int HIGH_RANK = 4;

    private final SplittableRandom random;
    private final boolean lengths;

    /** Draws of small shapes. */
    Draws(SplittableRandom random) {
        this(random, false);
    }

    /**
     * Draws.
     *
     * @param lengths whether a shape may be long in one dimension
     */
    Draws(SplittableRandom random, boolean lengths) {
        this.random = random;
        this.lengths = lengths;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    /** One of the items, a later one more often. */
    <T> T pickLate(List<T> items) {
        return items.get(Math.max(random.nextInt(items.size()), random.nextInt(items.size())));
    }

    /** A size from 0 to 5, rarely 0. */
    private int size() {
        return chance(0.03) ? 0 : 1 + random.nextInt(MAX_SIZE);
    }

    /** Any shape. */
    Shape shape() {
        int rank = random.nextInt(5);
        return rank == 0 ? Shape.SCALAR : rank < 3 ? Shape.of(size()) : Shape.of(size(), size());
    }

    /** A length on a side of the width of a vector or block, now and then some thousand. */
    private int length() {
        return chance(0.08) ? 1000 + random.nextInt(4000) : LENGTHS[random.nextInt(LENGTHS.length)];
    }

    /** The same call with another size in the place of one, in one operand or in all. */
    Sample stretched(Sample sample) {
        List<Shape> given = sample.shapes().stream()
                .filter(shape -> shape != null && shape.rank() > 0)
                .toList();
        if (given.isEmpty()) {
            return sample;
        }
        Shape chosen = pick(given);
        int size = chosen.dim(random.nextInt(chosen.rank()));
        boolean everywhere = chance(0.7);
        int length = length();
        List<@Nullable Shape> shapes = new ArrayList<>();
        for (Shape shape : sample.shapes()) {
            if (shape == null || !(everywhere || shape.equals(chosen))) {
                shapes.add(shape);
                continue;
            }
            int[] dims = Arrays.stream(shape.dims())
                    .map(dim -> dim == size ? length : dim)
                    .toArray();
            if (Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b) > MAX_ELEMENTS) {
                return sample;
            }
            shapes.add(Shape.of(dims));
        }
        return new Sample(shapes, sample.attributes());
    }

    /** The same call with one dimension more in front, of one operand or of all. */
    Sample lifted(Sample sample) {
        int chosen = random.nextInt(sample.shapes().size());
        boolean everywhere = chance(0.5);
        int size = 1 + random.nextInt(3);
        List<@Nullable Shape> shapes = new ArrayList<>();
        for (int i = 0; i < sample.shapes().size(); i++) {
            Shape shape = sample.shapes().get(i);
            if (shape == null || shape.rank() > HIGH_RANK || !(everywhere || i == chosen)) {
                shapes.add(shape);
                continue;
            }
            int[] dims = new int[shape.rank() + 1];
            dims[0] = size;
            System.arraycopy(shape.dims(), 0, dims, 1, shape.rank());
            shapes.add(Shape.of(dims));
        }
        return new Sample(shapes, sample.attributes());
    }

    /** The same call with another value for one attribute, if it has any. */
    Sample varied(Op op, Sample sample) {
        List<Parameter> parameters = op.signature().attributes();
        return parameters.isEmpty() ? sample : varied(op, sample, pick(parameters));
    }

    /** The same call with another value for an attribute or an optional operand: that of another call, any, or none. */
    Sample varied(Op op, Sample sample, Parameter parameter) {
        Sample other = pick(op.samples());
        if (parameter.kind().isOperand()) {
            List<@Nullable Shape> shapes = new ArrayList<>(sample.shapes());
            int operand = op.signature().operands().indexOf(parameter);
            shapes.set(operand, chance(0.5) ? null : other.shapes().get(operand));
            return new Sample(shapes, sample.attributes());
        }
        Shape first =
                sample.shapes().stream().filter(Objects::nonNull).findFirst().orElse(Shape.SCALAR);
        Object value = parameter.kind() == Parameter.Kind.PAIRS || chance(0.3)
                ? other.attributes().get(parameter.name())
                : new AttributeValues(this, first).of(op, parameter);
        return new Sample(sample.shapes(), sample.attributes().with(parameter.name(), value));
    }

    /** A shape for the first operand of an op: of a rank that it ought to be tried with, now and then of one more. */
    Shape shape(Op op) {
        int rank = pick(op.ranks()).get(0) + (chance(0.2) ? 1 : 0);
        rank = lengths && chance(0.15) ? Math.max(rank, HIGH_RANK) : rank;
        int[] dims = new int[rank];
        for (int d = 0; d < rank; d++) {
            dims[d] = rank < 3 ? size() : 1 + random.nextInt(3);
        }
        if (lengths && rank > 0 && chance(0.6)) {
            dims[random.nextInt(rank)] = length();
        }
        return Shape.of(dims);
    }

    /** A shape that has a fair chance to fit beside that one: equal, broadcast, transposed, or sharing a size. */
    Shape shapeBeside(Shape other) {
        int rows = other.rows();
        int cols = other.last();
        if (other.rank() > 2 && chance(0.7)) {
            return besideMany(other);
        }
        return switch (random.nextInt(9)) {
            case 0, 1 -> other;
            case 2 -> Shape.of(cols);
            case 3 -> Shape.of(rows, 1);
            case 4 -> Shape.of(cols, size());
            case 5 -> Shape.of(size(), cols);
            case 6 -> Shape.of(1);
            case 7 -> Shape.of(rows);
            default -> Shape.SCALAR;
        };
    }

    /** The same of three dimensions or more. */
    private Shape besideMany(Shape other) {
        int[] dims = other.dims();
        int last = dims.length - 1;
        switch (random.nextInt(4)) {
            case 0 -> dims[random.nextInt(dims.length)] = 1;
            case 1 -> {
                dims[last - 1] = other.last();
                dims[last] = 1 + random.nextInt(3);
            }
            case 2 -> {
                return Shape.of(Arrays.copyOfRange(dims, 1 + random.nextInt(last), dims.length));
            }
            default -> dims[last] = 1 + random.nextInt(3);
        }
        return Shape.of(dims);
    }

    /** Multiples of 1/256 within [−2, 2] that are in a domain. */
    Tensor values(Shape shape, Domain domain) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> domain.pick(random::nextInt));
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    /** Such numbers, or multiples of 2⁻¹⁶, of which few tie: they are floats. */
    Tensor values(Shape shape) {
        int steps = chance(0.25) ? 1 << 16 : 256;
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> value(steps));
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    private double value(int steps) {
        return (random.nextInt(4 * steps + 1) - 2.0 * steps) / steps;
    }

    /** One of three numbers for each element, so that many are equal. */
    Tensor few(Shape shape) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> FEW[random.nextInt(FEW.length)]);
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    /** The same numbers in another order. */
    Tensor shuffled(Tensor value) {
        double[] values = value.toDoubles();
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double moved = values[i];
            values[i] = values[j];
            values[j] = moved;
        }
        return Tensor.of(value.dtype(), value.shape(), values);
    }

    /** A cotangent: of any numbers, of ones, with many zeros, one-hot, small or huge. */
    Tensor cotangent(Shape shape) {
        double[] values = values(shape).toDoubles();
        int kind = random.nextInt(10);
        int hot = values.length == 0 ? 0 : random.nextInt(values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (kind) {
                case 0 -> 1;
                case 1 -> -1;
                case 2 -> chance(0.5) ? 0 : values[i];
                case 3 -> i == hot ? 1 : 0;
                case 4 -> values[i] * 0x1p20;
                case 5 -> values[i] * 0x1p-20;
                default -> values[i];
            };
        }
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    /** Indices from 0 below a bound, repeated ones included. */
    Tensor indices(Shape shape, int bound) {
        long[] values = new long[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(Math.max(bound, 1));
        }
        return Tensor.indices(shape, values);
    }

    /** The same indices, but one that is so far below 0, or above. */
    Tensor misplaced(Tensor indices, int by) {
        long[] values =
                Arrays.stream(indices.toDoubles()).mapToLong(x -> (long) x).toArray();
        values[random.nextInt(values.length)] = chance(0.5) ? by : -by - 1L;
        return Tensor.indices(indices.shape(), values);
    }

    /** True and false. */
    Tensor mask(Shape shape) {
        boolean[] values = new boolean[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextBoolean();
        }
        return Tensor.bools(shape, values);
    }

    /** A number for an attribute or a literal. */
    double number(boolean anySign) {
        double number = NUMBERS[random.nextInt(NUMBERS.length)];
        return anySign && chance(0.4) ? -number : number;
    }

    /** A Python number in a program, an int or a float. */
    Number literal(boolean anySign) {
        double number = number(anySign);
        return new Number(number, number == Math.rint(number) && chance(0.5));
    }

    /** Attributes for an op whose first operand has that shape, each by its parameter's kind. */
    Attributes attributes(Op op, Shape first) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Parameter parameter : op.signature().attributes()) {
            boolean byDefault = !parameter.required() && chance(0.4);
            values.put(
                    parameter.name(),
                    byDefault ? parameter.defaultValue() : new AttributeValues(this, first).of(op, parameter));
        }
        return new Attributes(values);
    }

    /** A slice of a dimension of that size. */
    Index.Slice slice(int size) {
        Integer start = chance(0.5) ? null : (Integer) (random.nextInt(2 * size + 1) - size);
        Integer stop = chance(0.5) ? null : (Integer) (random.nextInt(2 * size + 1) - size);
        return new Index.Slice(start, stop, chance(0.7) ? null : (Integer) (1 + random.nextInt(3)));
    }
}
