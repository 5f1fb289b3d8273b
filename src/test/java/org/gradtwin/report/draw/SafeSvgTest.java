package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.gradtwin.scalar.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SafeSvgTest {
    private static void isKept(String svg) {
        String safe = SafeSvg.of(svg);
        assertThat(SafeSvg.of(safe)).isEqualTo(safe);
        NodeList before = Svg.parse(svg).document().getElementsByTagName("*");
        NodeList after = Svg.parse(safe).document().getElementsByTagName("*");
        assertThat(after.getLength()).isEqualTo(before.getLength());
        for (int i = 0; i < before.getLength(); i++) {
            Element was = (Element) before.item(i);
            Element is = (Element) after.item(i);
            assertThat(is.getTagName()).isEqualTo(was.getTagName());
            assertThat(is.getTextContent()).isEqualToNormalizingWhitespace(was.getTextContent());
            for (int a = 0; a < was.getAttributes().getLength(); a++) {
                String name = was.getAttributes().item(a).getNodeName();
                assertThat(is.getAttribute(name)).as(name).isEqualTo(was.getAttribute(name));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.gradtwin.report.draw.PlotTest#plots")
    void plotsStayAsTheyAre(Supplier<Plot> plot) {
        isKept(plot.get().toSvg());
    }

    @Test
    void graphsStayAsTheyAre() {
        Node x = Node.of(0.5);
        GraphDrawing drawing = NodeDrawing.of(x.times(3).tanh());
        isKept(drawing.marked("n0", "first off <&>").toSvg());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<g onload=\"alert(1)\"></g>",
                "<image href=\"x\" onerror=\"alert(1)\"/>",
                "<image href=\"https://example.org/x.png\"/>",
                "<image href=\"data:image/svg+xml;base64,AAAA\"/>",
                "<image xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"javascript:alert(1)\"/>",
                "<rect href=\"data:image/png;base64,AAAA\"/>",
                "<a href=\"javascript:alert(1)\"><text>x</text></a>",
                "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>",
                "<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>",
                "<use href=\"#data\"/>",
                "<g id=\"data\"></g>",
                "<g id=\"filter\"></g>",
                "<g class=\"culprits\"></g>",
                "<g style=\"position:fixed;inset:0\"></g>",
                "<rect fill=\"url(https://example.org/x)\"/>",
                "<rect fill=\"url(#p)\"/>",
                "<title><style><![CDATA[</style><img src=x onerror=alert(1)>]]></style></title>",
                "<desc><g></g></desc>",
                "<svg xmlns=\"http://www.w3.org/1999/xhtml\"/>",
                "<p>x</p>",
                "free text",
                "<?xml-stylesheet href=\"x\"?>",
                "<g>",
                "&unknown;"
            })
    void whatNoDrawingHoldsIsRefused(String inside) {
        assertThatThrownBy(() -> SafeSvg.of("<svg xmlns=\"http://www.w3.org/2000/svg\">" + inside + "</svg>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the report's drawing holds ");
    }

    @Test
    void whatIsNoSvgIsRefused() {
        for (String text : new String[] {
            "",
            "<html/>",
            "<img src=x onerror=alert(1)>",
            "<g xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&a;</text></svg>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\">" + "<g>".repeat(100) + "</g>".repeat(100) + "</svg>"
        }) {
            assertThatThrownBy(() -> SafeSvg.of(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aStyleSheetIsReplacedAndTextStaysText() {
        String safe =
                SafeSvg.of("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gt-graph\"><style>*{display:none}</style>"
                        + "<text><![CDATA[<img src=x onerror=alert(1)>]]></text></svg>");
        assertThat(safe)
                .doesNotContain("display:none")
                .doesNotContain("<img")
                .contains(SvgWriter.STYLE, "&lt;img src=x onerror=alert(1)&gt;");
    }
}
