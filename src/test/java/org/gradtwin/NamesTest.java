package org.gradtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names say one thing each, and are written in one way. */
class NamesTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEST = Path.of("src/test/java");

    /** Tests give nothing; helpers that give nothing either are named alike. */
    private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }

    /** Two types of one name, in packages that are to be lifted out by themselves, name each other in their Javadoc. */
    @Test
    void aNameThatStandsTwiceSaysWhich() throws IOException {
        Map<String, List<Path>> byName = new TreeMap<>();
        for (Path file : sources(MAIN)) {
            byName.computeIfAbsent(file.getFileName().toString(), name -> new ArrayList<>())
                    .add(file);
        }
        List<String> silent = new ArrayList<>();
        for (List<Path> files : byName.values()) {
            if (files.size() > 1) {
                List<String> texts = new ArrayList<>();
                for (Path file : files) {
                    texts.add(Files.readString(file));
                }
                boolean said = files.stream()
                        .anyMatch(file ->
                                texts.stream().anyMatch(text -> text.contains("{@code " + qualified(file) + "}")));
                if (!said) {
                    silent.add(files.toString());
                }
            }
        }
        assertThat(byName).hasSizeGreaterThan(200);
        assertThat(silent).isEmpty();
    }

    private static String qualified(Path file) {
        String name =
                MAIN.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        return name.substring(0, name.length() - ".java".length());
    }

    /** A test is named by what is so when it passes: words in camel case, without underscores, "test" or "should". */
    @Test
    void everyTestIsNamedByWhatItHolds() throws IOException {
        List<String> odd = new ArrayList<>();
        int named = 0;
        for (Path file : sources(TEST)) {
            Matcher methods = METHOD.matcher(Files.readString(file));
            while (methods.find()) {
                String name = Objects.requireNonNull(methods.group(1));
                named++;
                if (!name.matches("[a-z][a-zA-Z0-9]*") || name.matches("(test|should)([A-Z0-9].*)?")) {
                    odd.add(file.getFileName() + ": " + name);
                }
            }
        }
        assertThat(named).isGreaterThan(500);
        assertThat(odd).isEmpty();
    }
}
