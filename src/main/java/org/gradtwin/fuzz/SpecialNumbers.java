package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Attributes;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/** The numbers at which formulas branch that a probe may hold, besides zeros of both signs and equal ones. */
enum SpecialNumbers {
    /** No others. */
    MODERATE(List.of(), false),
    /** None that is huge, for sums of several of those overflow in one order, and not in another. */
    NO_HUGE(
            List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0x1p-60, -0x1p-60, 20.0, -20.0),
            true),
    /** What is not finite, subnormal, huge or tiny, or where functions saturate. */
    ANY(
            List.of(
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    0x1p-60,
                    -0x1p-60,
                    0x1p60,
                    -0x1p60,
                    20.0,
                    -20.0,
                    50.0,
                    -50.0),
            true);

    private static final List<Double> ALWAYS = List.of(0.0, -0.0, 1.0, -1.0, 0.5);

    /** Subnormal in float64, and 0 in float32; and subnormal in float32. */
    private static final List<Double> SUBNORMAL = List.of(0x1.8p-1023, -0x1.8p-1023, 0x1.8p-127);

    @SuppressWarnings("ImmutableEnumChecker") // of List.of
    private final List<Double> numbers;

    private final boolean subnormal;

    SpecialNumbers(List<Double> numbers, boolean subnormal) {
        this.numbers = numbers;
        this.subnormal = subnormal;
    }

    /** What an operand may be at, zeros included. */
    List<Double> operands() {
        return Stream.concat(cotangents().stream(), subnormal ? SUBNORMAL.stream() : Stream.of())
                .toList();
    }

    /** What a cotangent may be; a subnormal one would be rounded at each step. */
    List<Double> cotangents() {
        return Stream.concat(ALWAYS.stream(), numbers.stream()).toList();
    }

    /** An operand with such numbers, and numbers that an attribute is, in the place of some. */
    Tensor operand(Tensor value, Attributes attributes, Draws draws) {
        List<Double> chosen = new ArrayList<>(operands());
        for (String key : attributes.keys()) {
            if (attributes.get(key) instanceof Double number) {
                // A float, as the others that are not 0 in float32.
                double rounded = number.floatValue();
                chosen.addAll(List.of(rounded, -rounded));
            }
        }
        return among(value, chosen, draws);
    }

    /** A cotangent with such numbers in the place of some. */
    Tensor cotangent(Tensor value, Draws draws) {
        return among(value, cotangents(), draws);
    }

    /** Whether a number that is not finite is given in a program, or as its cotangent. */
    static boolean holdsNonFinite(Task task) {
        return Stream.concat(task.inputs().values().stream().map(Input::value), Stream.of(task.cotangent()))
                .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubles()))
                .anyMatch(number -> !Double.isFinite(number));
    }

    /** The same with numbers in the place of some, or of a whole row, or with many that are equal. */
    private static Tensor among(Tensor value, List<Double> numbers, Draws draws) {
        int kind = draws.below(8);
        if (kind == 0) {
            return draws.few(value.shape());
        }
        double[] values = value.toDoubles();
        double share = kind < 4 ? 0.5 : 2.0 / Math.max(values.length, 1);
        double only = draws.pick(numbers);
        boolean one = draws.chance(0.5);
        int width = Math.max(value.shape().last(), 1);
        int row = kind == 7 ? draws.below(Math.max(values.length / width, 1)) : -1;
        for (int i = 0; i < values.length; i++) {
            if (i / width == row) {
                values[i] = only;
            } else if (draws.chance(share)) {
                values[i] = one ? only : draws.pick(numbers);
            }
        }
        return Tensor.of(DType.FLOAT64, value.shape(), values);
    }
}
