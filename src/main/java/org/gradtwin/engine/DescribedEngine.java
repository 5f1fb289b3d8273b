package org.gradtwin.engine;

import java.lang.reflect.InvocationTargetException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.gradtwin.tensor.DType;

/**
 * An engine with what it says of itself, asked once. One that answers differently each time would pass under many names, or lose
 * cases between two questions.
 */
public final class DescribedEngine implements Engine {
    /** What the command line is told to have an engine again, by the name under which it was last described. */
    private static final Map<String, String> CHOICES = new ConcurrentHashMap<>();

    private final Engine engine;
    private final String name;
    private final Set<DType> dtypes;
    private final boolean concurrent;

    private DescribedEngine(Engine engine, String name, Set<DType> dtypes, boolean concurrent) {
        this.engine = engine;
        this.name = name;
        this.dtypes = dtypes;
        this.concurrent = concurrent;
    }

    /**
     * Asks an engine what it is called, in which types it computes, and whether several threads may use it.
     *
     * @throws EngineUnavailableException if it has no name, no type, one that is not differentiated, or fails to say
     */
    public static DescribedEngine of(Engine engine) {
        return engine instanceof DescribedEngine described ? described : asked(engine);
    }

    @SuppressWarnings("ConstantValue") // what others write may give null
    private static DescribedEngine asked(Engine engine) {
        String type = engine.getClass().getName();
        String name;
        Set<DType> dtypes;
        boolean concurrent;
        try {
            name = engine.name();
            dtypes = engine.dtypes();
            concurrent = engine.concurrent();
        } catch (RuntimeException | LinkageError e) {
            throw new EngineUnavailableException(type + " cannot say what it is: " + e, e);
        }
        if (name == null) {
            throw new EngineUnavailableException(type + ": name() gives null: an engine needs a name");
        }
        if (dtypes == null || dtypes.isEmpty() || !dtypes.stream().allMatch(DType::isFloating)) {
            throw new EngineUnavailableException(
                    type + ": dtypes() gives " + dtypes + ": an engine computes in FLOAT32, FLOAT64 or both");
        }
        engine.choice().ifPresentOrElse(choice -> CHOICES.put(name, choice), () -> CHOICES.remove(name));
        return new DescribedEngine(engine, name, EnumSet.copyOf(dtypes), concurrent);
    }

    /** What {@code --engine} takes for the engine that was last described under a name; empty if nothing makes it again. */
    public static Optional<String> choiceOf(String name) {
        return Optional.ofNullable(CHOICES.get(name));
    }

    /**
     * An engine of a class, made by its constructor without arguments.
     *
     * @throws EngineUnavailableException if there is none, or it fails
     */
    public static DescribedEngine ofClass(Class<? extends Engine> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return of(constructor.newInstance());
        } catch (InvocationTargetException e) {
            throw new EngineUnavailableException(type.getName() + " cannot be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new EngineUnavailableException(type.getName() + " cannot be made: " + e, e);
        }
    }

    /** The engine's own class. */
    public Class<? extends Engine> type() {
        return engine.getClass();
    }

    /** What holds one thread back while another has a graph: the engine itself, however often it was described. */
    static Object lock(Engine engine) {
        return engine instanceof DescribedEngine described ? described.engine : engine;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<DType> dtypes() {
        return EnumSet.copyOf(dtypes);
    }

    @Override
    public boolean concurrent() {
        return concurrent;
    }

    @Override
    public boolean isSecondOpinion() {
        return engine.isSecondOpinion();
    }

    @Override
    public boolean claimsPyTorch() {
        return engine.claimsPyTorch();
    }

    @Override
    public Training train(TrainingTask task) {
        return engine.train(task);
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return engine.newGraph(dtype);
    }
}
