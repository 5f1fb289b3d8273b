package org.gradtwin.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * What an engine is asked to do: a program, its inputs, and a vector-Jacobian product.
 *
 * @param program what to compute
 * @param inputs leaves by name, in order
 * @param root the name to differentiate
 * @param cotangent the vector, of the root's shape
 */
public record Task(Program program, Map<String, Input> inputs, String root, Tensor cotangent) {
    /** An immutable copy. */
    public Task {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    /** The same task with every floating number rounded to a type, as an engine sees it that computes in that type. */
    public Task rounded(DType dtype) {
        Map<String, Input> rounded = new LinkedHashMap<>();
        inputs.forEach((name, input) -> rounded.put(name, new Input(input.in(dtype), input.requiresGrad())));
        return new Task(program, rounded, root, cotangent.to(dtype));
    }

    /** The type of every input, in order. */
    public Map<String, Type> inputTypes(DType dtype) {
        Map<String, Type> types = new LinkedHashMap<>();
        inputs.forEach((name, input) -> types.put(name, input.type(dtype)));
        return types;
    }

    /**
     * The type of every input and statement.
     *
     * @throws IllegalArgumentException if the program does not fit the inputs, or the root does not exist, requires no
     *     gradient, or is not of the cotangent's shape
     */
    public Map<String, Type> types(DType dtype) {
        Map<String, Type> types = program.infer(inputTypes(dtype));
        Type type = types.get(root);
        if (type == null) {
            throw new IllegalArgumentException("backward of '" + root + "': there is no such name");
        }
        if (!type.requiresGrad()) {
            throw new IllegalArgumentException(
                    "backward of '" + root + "': it depends on nothing that requires a gradient");
        }
        if (!type.shape().equals(cotangent.shape())) {
            throw new IllegalArgumentException("backward of '" + root + "': the cotangent " + cotangent.shape()
                    + " is not of its shape " + type.shape());
        }
        return types;
    }

    @Override
    public String toString() {
        return "backward of " + root + " in " + program.lines();
    }
}
