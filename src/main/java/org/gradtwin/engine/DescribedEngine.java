package org.gradtwin.engine;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
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
    private final boolean unbounded;
    private final boolean concurrent;
    private final boolean secondOpinion;
    private final boolean keepsTime;
    private final boolean claimsPyTorch;
    private final OwnThreads threads;
    private final LongAdder programs = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    private DescribedEngine(
            Engine engine,
            String name,
            Set<DType> dtypes,
            boolean unbounded,
            boolean concurrent,
            boolean secondOpinion,
            boolean keepsTime,
            boolean claimsPyTorch,
            OwnThreads threads) {
        this.engine = engine;
        this.name = name;
        this.dtypes = dtypes;
        this.unbounded = unbounded;
        this.concurrent = concurrent;
        this.secondOpinion = secondOpinion;
        this.keepsTime = keepsTime;
        this.claimsPyTorch = claimsPyTorch;
        this.threads = threads;
    }

    /** The same with a minute for a program. */
    public static DescribedEngine of(Engine engine) {
        return of(engine, Patience.LIMIT);
    }

    /**
     * Asks an engine what it is called, in which types it computes, and whether several threads may use it.
     *
     * @param limit how long it may take over a program, if it does not see to that itself
     * @throws EngineUnavailableException if it has no name, no type, one that is not differentiated, or fails to say
     */
    public static DescribedEngine of(Engine engine, Duration limit) {
        return engine instanceof DescribedEngine described ? described : asked(engine, new OwnThreads(limit));
    }

    private static DescribedEngine asked(Engine engine, OwnThreads threads) {
        String type = engine.getClass().getName();
        try {
            return engine.keepsTime()
                    ? described(engine, threads)
                    : threads.run(false, () -> described(engine, threads));
        } catch (EngineUnavailableException e) {
            throw e;
        } catch (Throwable e) {
            throw new EngineUnavailableException(type + " cannot say what it is: " + Thrown.inWords(e), e);
        }
    }

    @SuppressWarnings("ConstantValue") // what others write may give null
    private static DescribedEngine described(Engine engine, OwnThreads threads) {
        String type = engine.getClass().getName();
        String name = engine.name();
        Set<DType> dtypes = engine.dtypes();
        if (name == null) {
            throw new EngineUnavailableException(type + ": name() gives null: an engine needs a name");
        }
        if (dtypes == null || dtypes.isEmpty() || !dtypes.stream().allMatch(DType::isFloating)) {
            throw new EngineUnavailableException(
                    type + ": dtypes() gives " + dtypes + ": an engine computes in FLOAT32, FLOAT64 or both");
        }
        engine.choice().ifPresentOrElse(choice -> CHOICES.put(name, choice), () -> CHOICES.remove(name));
        return new DescribedEngine(
                engine,
                name,
                EnumSet.copyOf(dtypes),
                engine.unbounded(),
                engine.concurrent(),
                engine.isSecondOpinion(),
                engine.keepsTime(),
                engine.claimsPyTorch(),
                threads);
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
    public static DescribedEngine ofClass(Class<? extends Engine> type, Duration limit) {
        Engine made;
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            made = constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            throw new EngineUnavailableException(type.getName() + " cannot be made: " + Thrown.inWords(cause), e);
        }
        return of(made, limit);
    }

    /** The engine's own class. */
    public Class<? extends Engine> type() {
        return engine.getClass();
    }

    /**
     * Has the engine do something: within its time, and in one thread at a time unless it allows several.
     *
     * @throws LateException if it takes longer
     */
    public <T> T run(Supplier<T> work) {
        return keepsTime && concurrent ? timed(work) : threads.run(concurrent, () -> timed(work));
    }

    private <T> T timed(Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            programs.increment();
            nanos.add(System.nanoTime() - start);
        }
    }

    /** How often it has done something. */
    public long programs() {
        return programs.sum();
    }

    /** How long it took over all of that. */
    public double seconds() {
        return nanos.sum() / 1e9;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return engine.description();
    }

    @Override
    public Set<DType> dtypes() {
        return EnumSet.copyOf(dtypes);
    }

    @Override
    public boolean unbounded() {
        return unbounded;
    }

    @Override
    public boolean concurrent() {
        return concurrent;
    }

    @Override
    public boolean isSecondOpinion() {
        return secondOpinion;
    }

    @Override
    public boolean keepsTime() {
        return keepsTime;
    }

    @Override
    public boolean claimsPyTorch() {
        return claimsPyTorch;
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
