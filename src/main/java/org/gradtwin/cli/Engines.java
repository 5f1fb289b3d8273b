package org.gradtwin.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.MatrixEngine;
import org.gradtwin.engine.ScalarEngine;
import org.gradtwin.torch.TorchEngine;

/** The engines that the command line knows, by name: those in the jar, and those that the class path offers as a service. */
final class Engines {
    private final TorchEngine twin = new TorchEngine();
    private final List<Engine> all = Stream.concat(
                    Stream.of(new ScalarEngine(), new MatrixEngine(), twin),
                    ServiceLoader.load(Engine.class).stream().map(ServiceLoader.Provider::get))
            .toList();

    Engines() {
        Set<String> names = new HashSet<>();
        for (Engine engine : all) {
            String name = engine.name();
            if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new EngineUnavailableException(engine.getClass().getName() + " is called '" + name
                        + "': an engine's name is of letters, digits and . _ -, as --engine takes it");
            }
            if (!names.add(name)) {
                throw new EngineUnavailableException(
                        engine.getClass().getName() + " is called " + name + ", as another engine is: rename it");
            }
        }
    }

    /** PyTorch, which every other engine is held against. */
    Engine twin() {
        return twin;
    }

    /** The names of all engines. */
    List<String> names() {
        return all.stream().map(Engine::name).toList();
    }

    /**
     * The engines of those names, all for an empty list, in the order of {@link #names()}.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    List<Engine> named(List<String> names) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeAll(names());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there is no engine '" + unknown.get(0) + "' among " + names());
        }
        return all.stream()
                .filter(engine -> names.isEmpty() || names.contains(engine.name()))
                .toList();
    }
}
