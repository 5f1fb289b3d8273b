package org.gradtwin.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Java as documentation shows it: statements, with {@code // value} behind those whose value is claimed. It is compiled
 * against the project and run, and every claim is compared with what comes out.
 */
final class Snippet {
    private static final Pattern CLAIM = Pattern.compile("^(\\s*)(?:(\\w+) (\\w+) = )?(.+);\\s+// (\\S.*)$");

    private Snippet() {}

    static void run(String text) throws IOException, ReflectiveOperationException {
        List<String> imports = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        List<String> claims = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher claim = CLAIM.matcher(line);
            if (line.startsWith("import ")) {
                imports.add(line);
            } else if (claim.matches() && claim.group(2) == null) {
                body.append("seen.add(String.valueOf(").append(claim.group(4)).append("));\n");
                claims.add(claim.group(5));
            } else {
                body.append(line).append('\n');
            }
        }
        assertThat(claims).as("values that the snippet claims").isNotEmpty();
        String source = String.join("\n", imports)
                + "\npublic class Snippet { public static java.util.List<String> run() throws Exception {\n"
                + "java.util.List<String> seen = new java.util.ArrayList<>();\n" + body + "return seen; } }\n";
        assertThat(execute(source)).isEqualTo(claims);
    }

    private static Object execute(String source) throws IOException, ReflectiveOperationException {
        Path folder = Files.createTempDirectory("snippet");
        try {
            Path file = Files.writeString(folder.resolve("Snippet.java"), source);
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter problems = new StringWriter();
            try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
                List<String> options =
                        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
                boolean compiled = compiler.getTask(
                                problems, files, null, options, null, files.getJavaFileObjects(file))
                        .call();
                assertThat(compiled).as(problems + "\n" + source).isTrue();
            }
            try (URLClassLoader loader =
                    new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
                return loader.loadClass("Snippet").getMethod("run").invoke(null);
            } catch (InvocationTargetException e) {
                throw new AssertionError(e.getCause());
            }
        } finally {
            try (var paths = Files.list(folder)) {
                for (Path path : paths.toList()) {
                    Files.delete(path);
                }
            }
            Files.delete(folder);
        }
    }
}
