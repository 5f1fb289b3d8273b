package org.gradtwin.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is finished of a campaign, in a folder: {@code campaign.json} says which one it is, and each part has a file of one line of
 * JSON, what came of it, that is there in whole or not at all. The driver alone writes there.
 */
final class Checkpoint<T> {
    private static final String SETTINGS = "campaign.json";
    private static final String DONE = "done";
    private static final String SUFFIX = ".jsonl";
    private static final JsonMapper JSON = new JsonMapper();

    private final FileSystem files;
    private final Path folder;
    private final Settings settings;
    private final Class<T> type;
    private final Set<Long> finished = new HashSet<>();

    /**
     * Which campaign it is.
     *
     * @param campaign all that its results depend on, seeds included
     * @param size programs of a part
     * @param slots parts that may have been at work when it was left
     */
    record Settings(String campaign, long size, int slots) {}

    /**
     * Goes on with a campaign that was not finished, or begins one.
     *
     * @throws UncheckedIOException if the folder holds something else
     */
    Checkpoint(String where, Configuration conf, Settings asked, Class<T> type) {
        this.type = type;
        try {
            folder = new Path(where);
            FileSystem named = folder.getFileSystem(conf);
            // No sums of sums beside each file.
            files = named instanceof LocalFileSystem local ? local.getRaw() : named;
            Path file = new Path(folder, SETTINGS);
            if (files.exists(new Path(folder, DONE))) {
                files.delete(new Path(folder, DONE), false);
                clear();
            }
            if (!files.exists(file)) {
                if (files.exists(folder) && files.listStatus(folder).length > 0) {
                    throw new IOException("--checkpoint: " + where + " holds something else: name a folder of its own");
                }
                files.mkdirs(folder);
                write(SETTINGS, asked);
            }
            settings = read(file, Settings.class);
            if (!settings.campaign().equals(asked.campaign())) {
                throw new IOException("--checkpoint: " + where + " holds a campaign that was not finished: "
                        + settings.campaign() + "; delete it, or name another folder");
            }
            for (FileStatus status : files.listStatus(folder)) {
                String name = status.getPath().getName();
                if (name.endsWith(SUFFIX)) {
                    finished.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the campaign was begun. */
    Settings settings() {
        return settings;
    }

    /** How many parts were finished. */
    int size() {
        return finished.size();
    }

    /** Whether the part from that seed is finished. */
    boolean has(long from) {
        return finished.contains(from);
    }

    /** What came of it. */
    T get(long from) {
        try {
            return read(new Path(folder, name(from)), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps what came of a part. */
    void put(long from, T what) {
        try {
            write(name(from), what);
            finished.add(from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next campaign begins anew. */
    void done() {
        try {
            files.create(new Path(folder, DONE)).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void clear() throws IOException {
        for (FileStatus status : files.listStatus(folder)) {
            String name = status.getPath().getName();
            if (name.endsWith(SUFFIX) || name.equals(SETTINGS) || name.endsWith(".tmp")) {
                files.delete(status.getPath(), false);
            }
        }
    }

    private static String name(long from) {
        return String.format(Locale.ROOT, "%d%s", from, SUFFIX);
    }

    private <J> J read(Path file, Class<J> as) throws IOException {
        try (InputStream in = files.open(file)) {
            return JSON.readValue(in, as);
        } catch (JacksonException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    private void write(String name, Object what) throws IOException {
        Path unfinished = new Path(folder, name + ".tmp");
        try (OutputStream out = files.create(unfinished, true)) {
            out.write((JSON.writeValueAsString(what) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (!files.rename(unfinished, new Path(folder, name))) {
            throw new IOException(unfinished + " cannot be renamed to " + name);
        }
    }
}
