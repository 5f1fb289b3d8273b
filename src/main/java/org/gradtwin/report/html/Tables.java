package org.gradtwin.report.html;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.util.List;
import java.util.stream.IntStream;

/** A table with a caption and header cells that say what they are the header of; the first cell heads its row. */
final class Tables {
    private Tables() {}

    static DomContent of(String caption, List<String> heads, List<List<DomContent>> rows) {
        return scrolling(
                caption,
                table(
                        caption(caption),
                        thead(tr(each(heads, head -> th(head).attr("scope", "col")))),
                        tbody(each(rows, Tables::row))));
    }

    /** A box that scrolls sideways, by keyboard too, rather than the page. */
    static DomContent scrolling(String label, DomContent content) {
        return div(content)
                .withClass("scroll")
                .attr("role", "region")
                .attr("aria-label", label)
                .attr("tabindex", "0");
    }

    static DomContent cell(Object content) {
        return text(String.valueOf(content));
    }

    private static DomContent row(List<DomContent> cells) {
        return tr(
                th(cells.get(0)).attr("scope", "row"),
                each(IntStream.range(1, cells.size()).mapToObj(i -> td(cells.get(i)))));
    }
}
