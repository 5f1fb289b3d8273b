package org.gradtwin.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Patience;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.process.EngineServer;
import org.gradtwin.engines.process.Limits;
import org.gradtwin.engines.process.ProcessEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;

/** The engines that the command line knows, by name: those in the jar, and those that the class path offers as a service. */
final class Engines {
    private final DescribedEngine twin = DescribedEngine.of(new TorchEngine());
    private final List<DescribedEngine> all = new ArrayList<>(
            List.of(DescribedEngine.of(new ScalarEngine()), DescribedEngine.of(new MatrixEngine()), twin));
    private final List<EngineUnavailableException> broken = new ArrayList<>();
    private final Duration limit;
    private final boolean isolate;

    /** With a minute for a program. */
    Engines() {
        this(Patience.LIMIT, false);
    }

    /**
     * Those that there are.
     *
     * @param limit how long one that is not this project's own may take over a program
     * @param isolate whether every one but PyTorch has a process of its own
     */
    Engines(Duration limit, boolean isolate) {
        this.limit = limit;
        this.isolate = isolate;
        Set<String> names = new HashSet<>(names());
        ServiceLoader.load(Engine.class).stream().forEach(provider -> {
            try {
                DescribedEngine engine = DescribedEngine.ofClass(provider.type(), limit);
                requireName(engine, names);
                all.add(engine);
            } catch (EngineUnavailableException e) {
                broken.add(e);
            }
        });
    }

    /** What the class path offers as an engine and is none, each in a line. */
    List<EngineUnavailableException> broken() {
        return List.copyOf(broken);
    }

    private static void requireName(DescribedEngine engine, Set<String> taken) {
        if (!engine.name().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new EngineUnavailableException(engine.type().getName() + " is called '" + engine.name()
                    + "': an engine's name is of letters, digits and . _ -, as --engine takes it");
        }
        if (!taken.add(engine.name())) {
            throw new EngineUnavailableException(
                    engine.type().getName() + " is called " + engine.name() + ", as another engine is: rename it");
        }
    }

    /** PyTorch, which every other engine is held against. */
    Engine twin() {
        return twin;
    }

    /** The engine by which programs are made and rounding is measured. */
    Engine reference() {
        return all.stream().filter(Engine::isSecondOpinion).findFirst().orElseThrow();
    }

    /** The names of all engines. */
    List<String> names() {
        return all.stream().map(Engine::name).toList();
    }

    /**
     * The engines of those names, classes, commands or entries of {@code engines.json}, all for an empty list, in the order of {@link #names()}; then those that are no
     * service, but whose class is on the class path.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    List<Engine> named(List<String> given) {
        List<String> names = given.stream().flatMap(Engines::split).toList();
        List<DescribedEngine> chosen = new ArrayList<>(all.stream()
                .filter(engine -> names.isEmpty()
                        || names.contains(engine.name())
                        || names.contains(engine.type().getName()))
                .map(engine -> isolate && engine != twin ? apart(engine.type()) : engine)
                .toList());
        Set<String> taken = new HashSet<>(names());
        for (String name : new LinkedHashSet<>(names)) {
            if (all.stream()
                    .noneMatch(engine -> engine.name().equals(name)
                            || engine.type().getName().equals(name))) {
                broken.stream()
                        .filter(engine -> String.valueOf(engine.getMessage()).startsWith(name + " "))
                        .findFirst()
                        .ifPresent(engine -> {
                            throw engine;
                        });
                DescribedEngine engine = other(name);
                requireName(engine, taken);
                chosen.add(engine);
            }
        }
        return List.copyOf(chosen);
    }

    /** {@code a,b} are two names, {@code name=command} is an engine in a process of its own, commas and all. */
    private static Stream<String> split(String given) {
        return given.contains("=") ? Stream.of(given) : Stream.of(given.split(",", -1));
    }

    private DescribedEngine other(String name) {
        if (name.contains("=")) {
            return process(name);
        }
        if (name.equals(ExactEngine.NAME)) {
            // It is not among those that are asked without being named.
            return DescribedEngine.of(new ExactEngine());
        }
        Optional<Class<?>> found = named(name);
        if (found.isPresent()) {
            Class<? extends Engine> type = engineClass(found.get());
            return isolate ? apart(type) : DescribedEngine.ofClass(type, limit);
        }
        EngineFile file = new EngineFile(EngineFile.HERE);
        if (file.names().contains(name)) {
            return DescribedEngine.of(file.start(name, limit));
        }
        List<String> known =
                Stream.concat(names().stream(), file.names().stream()).toList();
        throw new IllegalArgumentException("there is no engine '" + name + "' among " + known
                + (name.contains(".") ? ", and no such class on the class path" : ""));
    }

    private DescribedEngine process(String given) {
        int equals = given.indexOf('=');
        return DescribedEngine.of(new ProcessEngine(
                given.substring(0, equals),
                given.substring(equals + 1),
                Path.of("").toAbsolutePath(),
                Map.of(),
                Limits.DEFAULT.within(limit)));
    }

    private DescribedEngine apart(Class<? extends Engine> type) {
        return DescribedEngine.of(EngineServer.start(Isolated.class, type, Limits.DEFAULT.within(limit)));
    }

    private static Class<? extends Engine> engineClass(Class<?> found) {
        if (!Engine.class.isAssignableFrom(found)) {
            throw new IllegalArgumentException(found.getName() + " is no " + Engine.class.getName());
        }
        return found.asSubclass(Engine.class);
    }

    /** A class as a service would be found. */
    private static Optional<Class<?>> named(String name) {
        try {
            return Optional.of(Class.forName(name, true, Thread.currentThread().getContextClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }
}
