package org.gradtwin.assertions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.GivenFile;
import org.gradtwin.fixture.Provenance;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.write.FixtureWriter;

/** What PyTorch answered once: a fixture of one case among the resources of the tests, that a run without PyTorch reads. */
final class Snapshot {
    private static final String FOLDER = "gradtwin/";
    private static final String ASKED = "gradtwin.record";

    private final String name;
    private final Path file;
    private final boolean recording;

    /**
     * A snapshot, which need not be there.
     *
     * @throws IllegalArgumentException if it cannot be called so
     */
    Snapshot(String name) {
        this(name, Path.of("src", "test", "resources"), System.getProperty(ASKED) != null);
    }

    /** The same elsewhere, written if it is so said. */
    Snapshot(String name, Path resources, boolean recording) {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "'" + name + "' names no record: give it lower-case letters, digits and hyphens");
        }
        this.name = name;
        this.file = resources.resolve(FOLDER + name + ".json");
        this.recording = recording;
    }

    /**
     * The twin that was recorded; under {@code -Dgradtwin.record} the given one is recorded first.
     *
     * @param twin what the record must be of, if it is given
     * @throws IllegalStateException if there is no record, or it is of another program or other inputs
     */
    Twin twin(Optional<Twin> twin) {
        // Tests that run side by side may ask for one record.
        synchronized (Snapshot.class) {
            return recorded(twin);
        }
    }

    private Twin recorded(Optional<Twin> twin) {
        if (recording) {
            twin.ifPresent(this::write);
        }
        byte[] json = read().orElseThrow(() ->
                new IllegalStateException("there is no record " + file + ": run once with -D" + ASKED + " to write it"
                        + (twin.isPresent() ? "" : ", and give matchesRecorded the twin too")));
        List<FixtureCase> cases = FixtureReader.read(json, file.toString()).cases();
        if (cases.size() != 1 || !cases.get(0).expectation().isPresent()) {
            throw new FixtureException(file + ": a record is one case with its numbers");
        }
        FixtureCase recorded = cases.get(0);
        twin.filter(given -> !given.toCase(name)
                        .with(recorded.outcome().orElseThrow())
                        .equals(recorded))
                .ifPresent(given -> {
                    throw new IllegalStateException(file + " is of another program or of other inputs than " + given
                            + ": run once with -D" + ASKED + " to write it anew");
                });
        return Twin.of(recorded);
    }

    /** From the sources, where there are some: the class path has what was there before the tests ran. */
    private Optional<byte[]> read() {
        try {
            if (Files.exists(file)) {
                return Optional.of(GivenFile.bytes(file));
            }
            try (InputStream in = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                    .orElseGet(Snapshot.class::getClassLoader)
                    .getResourceAsStream(FOLDER + name + ".json")) {
                return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
            }
        } catch (IOException e) {
            throw FixtureException.unread(file.toString(), e);
        }
    }

    private void write(Twin twin) {
        Fixture fixture = new Fixture(
                name,
                "a test, by -D" + ASKED,
                new TreeMap<>(),
                List.of(twin.toCase(name).with(twin.answers())),
                Optional.of(new Provenance(TorchEngine.versions().pytorch(), "org.gradtwin.assertions")));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, FixtureWriter.text(fixture));
        } catch (IOException e) {
            throw new IllegalStateException(file + ": cannot be written: " + e, e);
        }
    }
}
