package org.gradtwin.language;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one application of an op, by PyTorch's keyword: numbers, booleans, strings, tuples of integers, or
 * None. Defaults are filled in, so a getter never has to guess.
 */
public final class Attributes {
    /** No attributes. */
    public static final Attributes NONE = new Attributes(Map.of());

    private static final String SUBSCRIPT = "subscript";

    private final Map<String, @Nullable Object> values;

    /**
     * Attributes by keyword.
     *
     * @param values {@link Double} (float), {@link Integer} (int), {@link Boolean}, {@link String},
     *     {@code List<Integer>}, {@link Index}, or null for None
     */
    public Attributes(Map<String, ? extends @Nullable Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The attribute of an indexing. */
    public static Attributes of(Index subscript) {
        return new Attributes(Map.of(SUBSCRIPT, subscript));
    }

    /** These and one more, or another value for one of them. */
    public Attributes with(String key, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(values);
        more.put(key, value);
        return new Attributes(more);
    }

    /** The keywords in the order of the signature. */
    public Iterable<String> keys() {
        return values.keySet();
    }

    /** Whether there is an attribute of that keyword. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /**
     * The value, null for None.
     *
     * @throws IllegalArgumentException if there is no such attribute
     */
    public @Nullable Object get(String key) {
        if (!values.containsKey(key)) {
            throw new IllegalArgumentException("no attribute '" + key + "' among " + values.keySet());
        }
        return values.get(key);
    }

    private Object required(String key) {
        Object value = get(key);
        if (value == null) {
            throw new IllegalArgumentException("attribute '" + key + "' is None");
        }
        return value;
    }

    /** A float or an int, as a double. */
    public double number(String key) {
        return ((Number) required(key)).doubleValue();
    }

    /** A float or an int, empty for None. */
    public OptionalDouble optionalNumber(String key) {
        return get(key) instanceof Number number ? OptionalDouble.of(number.doubleValue()) : OptionalDouble.empty();
    }

    /** An int. */
    public int integer(String key) {
        return (Integer) required(key);
    }

    /** An int, empty for None. */
    public Optional<Integer> optionalInteger(String key) {
        return Optional.ofNullable((Integer) get(key));
    }

    /** True or False. */
    public boolean flag(String key) {
        return (Boolean) required(key);
    }

    /** A string. */
    public String text(String key) {
        return (String) required(key);
    }

    /** A tuple of integers. */
    @SuppressWarnings("unchecked")
    public int[] integers(String key) {
        List<Integer> given = (List<Integer>) required(key);
        int[] integers = new int[given.size()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = given.get(i);
        }
        return integers;
    }

    /**
     * A number for each of so many dimensions: given as one for all, or one for each.
     *
     * @throws IllegalArgumentException if it is another count
     */
    public int[] sizes(String key, int count) {
        int[] sizes = required(key) instanceof Integer one ? new int[] {one} : integers(key);
        if (sizes.length == 1) {
            int[] all = new int[count];
            Arrays.fill(all, sizes[0]);
            return all;
        }
        if (sizes.length != count) {
            throw new IllegalArgumentException(
                    "'" + key + "' has " + sizes.length + " numbers for " + count + " dimensions");
        }
        return sizes;
    }

    /** The subscript of an indexing. */
    public Index index() {
        return (Index) required(SUBSCRIPT);
    }

    /**
     * The dimensions that a reduction runs over, each counted from 0, ascending: an int, a tuple, or None for all.
     *
     * @throws IllegalArgumentException if one is out of range or given twice
     */
    public int[] dims(String key, Shape shape) {
        Object value = get(key);
        if (value == null || (value instanceof List<?> list && list.isEmpty())) {
            return IntStream.range(0, shape.rank()).toArray();
        }
        int[] given = value instanceof Integer single ? new int[] {single} : integers(key);
        int[] dims = IntStream.of(given).map(shape::dimension).sorted().toArray();
        for (int i = 1; i < dims.length; i++) {
            if (dims[i] == dims[i - 1]) {
                throw new IllegalArgumentException("dim " + dims[i] + " appears twice in " + value);
            }
        }
        return shape.rank() == 0 ? new int[0] : dims;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attributes that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
