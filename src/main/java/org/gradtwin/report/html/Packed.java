package org.gradtwin.report.html;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.summary;

import j2html.tags.DomContent;
import j2html.tags.specialized.DetailsTag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** What the page's script unpacks: gzipped, in Base64, so that a page of a whole corpus opens at once. */
final class Packed {
    private Packed() {}

    /** Data for the script, which finds it by the id. */
    static DomContent data(String id, byte[] zipped) {
        return rawHtml("<script type=\"application/gzip\" id=\"" + id + "\">"
                + Base64.getEncoder().encodeToString(zipped) + "</script>");
    }

    /** A closed box whose content is unpacked when it is opened. */
    static DetailsTag box(DomContent title, DomContent content) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(content.render().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("memory takes all bytes", e);
        }
        return details(
                summary(title),
                noscript(p("This needs script.")),
                div().attr("data-packed", Base64.getEncoder().encodeToString(zipped.toByteArray())));
    }
}
