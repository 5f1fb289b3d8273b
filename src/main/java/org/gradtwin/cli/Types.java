package org.gradtwin.cli;

import java.util.Locale;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;

/** The types that an option {@code --dtype} may name. */
final class Types {
    private Types() {}

    /**
     * The floating type of that name, in capitals too.
     *
     * @throws IllegalArgumentException if there is none
     */
    static DType of(String name) {
        return Stream.of(DType.FLOAT32, DType.FLOAT64)
                .filter(type -> type.torchName().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is neither float32 nor float64"));
    }
}
