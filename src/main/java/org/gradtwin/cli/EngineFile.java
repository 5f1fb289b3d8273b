package org.gradtwin.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engines.process.Limits;
import org.gradtwin.engines.process.ProcessEngine;
import org.gradtwin.fixture.GivenFile;
import org.gradtwin.verify.KnownFailures;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Engines in processes of their own, by name: {@code {"jax": {"command": "python3 jax_numpy.py", "folder": "adapters", "environment":
 * {"JAX_PLATFORMS": "cpu"}, "known": "jax.known.json", "start_seconds": 60, "program_seconds": 20}}}. All but the command may be left
 * out; the folder is relative to that of the file, the file of known failures to the folder.
 */
final class EngineFile {
    /** Read where it is, if an engine is not known otherwise. */
    static final Path HERE = Path.of("engines.json");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> KEYS =
            List.of("command", "folder", "environment", "known", "start_seconds", "program_seconds");

    private final Path file;
    private final Map<String, JsonNode> entries = new LinkedHashMap<>();

    /**
     * Reads a file; one that is not there has no engines.
     *
     * @throws EngineUnavailableException if it is no such file, in a line that names the entry
     */
    EngineFile(Path file) {
        this.file = file;
        if (!Files.exists(file)) {
            return;
        }
        JsonNode read;
        try {
            read = JSON.readTree(GivenFile.bytes(file));
        } catch (JacksonException e) {
            throw new EngineUnavailableException(
                    "%s is no JSON: line %d, column %d"
                            .formatted(
                                    file,
                                    e.getLocation().getLineNr(),
                                    e.getLocation().getColumnNr()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (!read.isObject()) {
            throw new EngineUnavailableException(
                    file + " is no object of engines: {\"jax\": {\"command\": \"python3 jax_numpy.py\"}}");
        }
        read.properties().forEach(entry -> entries.put(entry.getKey(), checked(entry.getKey(), entry.getValue())));
    }

    private JsonNode checked(String name, JsonNode entry) {
        require(entry.isObject(), name, "is no object: {\"command\": \"python3 jax_numpy.py\"}");
        for (String key : entry.propertyNames()) {
            require(KEYS.contains(key), name, "has the key " + key + ", which is none of " + String.join(", ", KEYS));
        }
        require(entry.path("command").isString(), name, "has no command, a text");
        require(
                entry.path("folder").isMissingNode() || entry.path("folder").isString(),
                name,
                "has a folder that is no text");
        require(
                entry.path("known").isMissingNode() || entry.path("known").isString(),
                name,
                "has a file of known failures that is no text");
        JsonNode environment = entry.path("environment");
        require(
                environment.isMissingNode()
                        || (environment.isObject() && environment.valueStream().allMatch(JsonNode::isString)),
                name,
                "has an environment that is no object of texts: {\"JAX_PLATFORMS\": \"cpu\"}");
        for (String key : List.of("start_seconds", "program_seconds")) {
            JsonNode seconds = entry.path(key);
            require(
                    seconds.isMissingNode() || (seconds.isNumber() && seconds.asDouble() > 0),
                    name,
                    "has " + key + " " + seconds + ": a number above 0");
        }
        return entry;
    }

    private void require(boolean right, String name, String message) {
        if (!right) {
            throw new EngineUnavailableException(file + ": " + name + " " + message);
        }
    }

    /** The names of its engines. */
    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /**
     * Starts an engine.
     *
     * @param name one of {@link #names()}
     * @param limit for a program, unless the entry has its own
     */
    ProcessEngine start(String name, Duration limit) {
        JsonNode entry = Objects.requireNonNull(entries.get(name), name);
        Path folder = folder(entry);
        require(Files.isDirectory(folder), name, "has the folder " + folder + ", which is none");
        Map<String, String> environment = new LinkedHashMap<>();
        entry.path("environment")
                .properties()
                .forEach(e -> environment.put(e.getKey(), e.getValue().asString()));
        return new ProcessEngine(
                name,
                entry.path("command").asString(),
                folder,
                environment,
                new Limits(
                        seconds(entry, "start_seconds", Limits.DEFAULT.start()),
                        seconds(entry, "program_seconds", limit),
                        Limits.DEFAULT.memory()));
    }

    private Path folder(JsonNode entry) {
        return file.toAbsolutePath().resolveSibling(entry.path("folder").asString(""));
    }

    /** The file of what is known to fail on an engine, if there is such an engine and it has one. */
    Optional<Path> known(String name) {
        return Optional.ofNullable(entries.get(name))
                .filter(entry -> entry.has("known"))
                .map(entry -> folder(entry).resolve(entry.path("known").asString()));
    }

    /** What a file says that is known to fail, or where there is none, what engines.json names for engines. */
    static KnownFailures knownFailures(@Nullable Path given, List<Engine> engines) {
        if (given != null) {
            return KnownFailures.read(given);
        }
        KnownFailures failures = KnownFailures.NONE;
        EngineFile file = new EngineFile(HERE);
        for (String name : engines.stream().map(Engine::name).toList()) {
            Optional<Path> ofEngine = file.known(name);
            if (ofEngine.isPresent()) {
                failures = failures.and(ofEngine.get(), name);
            }
        }
        return failures;
    }

    private static Duration seconds(JsonNode entry, String key, Duration otherwise) {
        return entry.has(key)
                ? Duration.ofMillis(Math.round(1000 * entry.path(key).asDouble()))
                : otherwise;
    }
}
