package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.draw.GraphDrawing;
import org.gradtwin.report.draw.Plot;
import org.xml.sax.SAXException;

/**
 * The pictures of src/docs/notebook.md. With {@code -Dgradtwin.update=true} the tests draw them again. A drawing of a graph
 * is the same bytes everywhere; a plot depends on the fonts of the machine, so that a committed one only has to be there.
 */
final class Figures {
    static final Path FOLDER = Path.of("src/docs/figures");

    private static final boolean UPDATE = Boolean.getBoolean("gradtwin.update");

    private Figures() {}

    /** Requires that the committed drawing is this one. */
    static void drawing(String name, GraphDrawing drawing) {
        String svg = drawing.toSvg();
        update(name, svg);
        assertThat(read(name))
                .as("%s.svg is up to date; draw it again with -Dgradtwin.update=true", name)
                .isEqualTo(svg);
    }

    /** Requires that there is a committed plot, and that this one can be drawn. */
    static void plot(String name, Plot plot) {
        String svg = plot.toSvg();
        update(name, svg);
        requireWellFormed(name, svg);
        requireWellFormed(name, read(name));
    }

    private static void update(String name, String svg) {
        if (UPDATE) {
            ReportFiles.write(FOLDER.resolve(name + ".svg"), svg);
        }
    }

    private static String read(String name) {
        try {
            return Files.readString(FOLDER.resolve(name + ".svg"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireWellFormed(String name, String svg) {
        try {
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                            .getDocumentElement()
                            .getNodeName())
                    .as("the root of %s.svg", name)
                    .isEqualTo("svg");
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError(name + ".svg is not well-formed: " + e.getMessage(), e);
        }
    }
}
