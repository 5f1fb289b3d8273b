package org.gradtwin.engine;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.gradtwin.tensor.DType;

/** An engine of a name, of types, and of the graphs that a test gives it. */
public class GivenEngine implements Engine {
    private final String name;
    private final Set<DType> dtypes;
    private final Function<DType, Graph<?>> graphs;

    public GivenEngine(String name, Function<DType, Graph<?>> graphs) {
        this(name, EnumSet.of(DType.FLOAT32, DType.FLOAT64), graphs);
    }

    public GivenEngine(String name, Set<DType> dtypes, Function<DType, Graph<?>> graphs) {
        this.name = name;
        this.dtypes = dtypes;
        this.graphs = graphs;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<DType> dtypes() {
        return dtypes;
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return graphs.apply(dtype);
    }
}
