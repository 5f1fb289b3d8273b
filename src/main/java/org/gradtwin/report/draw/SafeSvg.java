package org.gradtwin.report.draw;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a drawing that may be anybody's, and writes it again. It must hold what drawings and plots of this package do
 * and nothing else: no script, no link, no picture but one inside it, no id or class of the page around it. A style
 * sheet becomes this package's own.
 */
public final class SafeSvg {
    private static final int DEEPEST = 32;
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    private static final Set<String> TEXTS = Set.of("title", "desc", "style", "text");
    private static final Set<String> ELEMENTS = Set.of(
            "svg",
            "g",
            "defs",
            "clipPath",
            "rect",
            "path",
            "line",
            "circle",
            "ellipse",
            "polygon",
            "polyline",
            "image");

    private static final Map<String, String> STYLES = Map.of("gt-graph", SvgWriter.STYLE, "gt-plot", ChartSvg.STYLE);

    /** Numbers, words and lists of them: no colon, so no address and no property of a style; no quote and no slash. */
    private static final Pattern PLAIN = Pattern.compile("[\\w #%.,()+-]*");

    private static final String ID = "p[0-9a-f]{1,8}-[A-Za-z]+\\d+";

    /** Attributes of any element, and what they may say. */
    private static final Map<String, Pattern> ATTRIBUTES = Map.of(
            "id", Pattern.compile(ID),
            "clip-path", Pattern.compile("url\\(#" + ID + "\\)|none"),
            "class", Pattern.compile("gt-graph|gt-plot|paper|box|box off|juncture|mark|rule|edge|head"),
            "role", Pattern.compile("graphics-document document"),
            "font-family", Pattern.compile("[\\w' ,-]*"),
            "style", Pattern.compile("image-rendering:pixelated|(clip-path:url\\(#" + ID + "\\);?)?"),
            "href", Pattern.compile("data:image/png;base64,[A-Za-z0-9+/]*=*"));

    private static final Set<String> PLAIN_ATTRIBUTES = Set.of(
            "width",
            "height",
            "viewBox",
            "x",
            "y",
            "x1",
            "y1",
            "x2",
            "y2",
            "r",
            "rx",
            "ry",
            "cx",
            "cy",
            "d",
            "points",
            "transform",
            "clipPathUnits",
            "preserveAspectRatio",
            "text-anchor",
            "fill",
            "fill-opacity",
            "fill-rule",
            "opacity",
            "stroke",
            "stroke-opacity",
            "stroke-width",
            "stroke-dasharray",
            "stroke-dashoffset",
            "stroke-linecap",
            "stroke-linejoin",
            "stroke-miterlimit",
            "font-size",
            "font-style",
            "font-weight",
            "color-interpolation",
            "color-rendering",
            "image-rendering",
            "shape-rendering",
            "text-rendering",
            "space");

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private String style = "";

    private SafeSvg() {}

    /**
     * The drawing as it may stand in a page.
     *
     * @param svg an SVG document
     * @throws IllegalArgumentException if it is not well-formed, or holds what no drawing of this package does
     */
    public static String of(String svg) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        SafeSvg safe = new SafeSvg();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(svg));
            while (reader.hasNext()) {
                safe.event(reader, reader.next());
            }
        } catch (XMLStreamException e) {
            throw refused("what is not well-formed", String.valueOf(e.getMessage()));
        }
        return safe.out.append('\n').toString();
    }

    private static IllegalArgumentException refused(String what, String name) {
        String shown = name.lines().findFirst().orElse("");
        return new IllegalArgumentException("the report's drawing holds " + what + ", '"
                + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + "'");
    }

    private void event(XMLStreamReader reader, int event) {
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> start(reader);
            case XMLStreamConstants.END_ELEMENT ->
                out.append("</").append(open.pop()).append('>');
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE -> text(reader.getText());
            case XMLStreamConstants.COMMENT, XMLStreamConstants.END_DOCUMENT -> {}
            default -> throw refused("an instruction, a type or an entity", String.valueOf(event));
        }
    }

    private void start(XMLStreamReader reader) {
        String name = reader.getLocalName();
        boolean known = TEXTS.contains(name) || ELEMENTS.contains(name);
        boolean first = out.length() == 0;
        // A reader of HTML takes what is inside of a title for HTML again.
        boolean misplaced = (first && !name.equals("svg")) || TEXTS.contains(String.valueOf(open.peek()));
        if (!known || misplaced || !NAMESPACE.equals(reader.getNamespaceURI()) || open.size() >= DEEPEST) {
            throw refused("an element that no drawing here has", name);
        }
        open.push(name);
        out.append('<').append(name);
        if (name.equals("svg")) {
            out.append(" xmlns=\"" + NAMESPACE + "\"");
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attribute(name, reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        out.append('>');
        if (name.equals("style")) {
            out.append(style);
        }
    }

    private void attribute(String element, String name, String value) {
        Pattern allowed = PLAIN_ATTRIBUTES.contains(name) ? PLAIN : ATTRIBUTES.get(name);
        boolean misplaced = name.equals("href") && !element.equals("image");
        if (allowed == null
                || misplaced
                || !allowed.matcher(value).matches()
                || (value.contains("url(") && allowed == PLAIN)) {
            throw refused("an attribute that no drawing here has", name + "=" + value);
        }
        if (name.equals("class")) {
            style = STYLES.getOrDefault(value, style);
        }
        out.append(' ')
                .append(name.equals("space") ? "xml:space" : name)
                .append("=\"")
                .append(Xml.escape(value))
                .append('"');
    }

    private void text(String text) {
        String inside = String.valueOf(open.peek());
        if (!inside.equals("style") && (TEXTS.contains(inside) || text.isBlank())) {
            out.append(Xml.escape(text));
        } else if (!inside.equals("style")) {
            throw refused("text outside of a text", text);
        }
    }
}
