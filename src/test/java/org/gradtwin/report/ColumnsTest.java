package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.report.html.SampleReports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ColumnsTest {
    private static final RunReport REPORT = SampleReports.large(60);

    @TempDir
    private Path folder;

    private static byte[] unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private RunReport read(byte[] checks) throws IOException {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(ReportFiles.json(REPORT));
        json.put("checks", Base64.getEncoder().encodeToString(checks));
        return ReportFiles.read(Files.writeString(folder.resolve("report.json"), json.toString()));
    }

    @Test
    void aStrangerReadsAColumnByItsValuesAndPositions() throws IOException {
        byte[] bytes = Columns.packed(REPORT.checks());
        JsonNode columns = JsonMapper.shared().readTree(unzipped(bytes));
        for (int i = 0; i < REPORT.checks().size(); i++) {
            RunReport.Row check = REPORT.checks().get(i);
            for (String column : new String[] {"caseName", "name", "verdict"}) {
                JsonNode values = columns.get(column).get("values");
                String value =
                        values.get(columns.get(column).get("at").get(i).asInt()).asString();
                assertThat(check.toString()).contains(column + "=" + value + ",");
            }
        }
        assertThat(read(bytes).checks()).isEqualTo(REPORT.checks());
        assertThat(Columns.packed(List.of())).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"caseName\"|\"cases\"|0 of 60 records have a caseName",
                "\"verdict\":{\"values\":[|\"verdict\":{\"values\":[null,|of verdict there is no value 0",
                "\"engine\":{\"values\":[\"scalar\",\"matrix\"]|\"engine\":{\"values\":[\"scalar\"]|of engine there is no value 1",
                "\"mismatched\":{\"values\":[|\"mismatched\":{\"values\":[\"many\",|Cannot deserialize value of type `int`",
                "\"at\":[|\"at\":[0,|61 of 60 records have a engine",
            })
    void aDamagedColumnIsNamed(String from, String to, String message) throws IOException {
        String text = new String(unzipped(Columns.packed(REPORT.checks())), StandardCharsets.UTF_8);
        String damaged = from.equals("\"at\":[")
                ? text.replaceFirst("(\"engine\":.*?\"at\":\\[)", "$10,")
                : text.replace(from, to);
        assertThat(damaged).isNotEqualTo(text);
        assertThatThrownBy(() -> read(zipped(damaged)))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessageContaining("report.json: not a report: checks: ")
                .hasMessageContaining(message);
    }

    /** Whatever happens to the bytes: it is a report, and makes a page, or the file is named. */
    @Test
    void aFileWithAWrongByteIsReadOrNamed() throws IOException {
        byte[] clear = unzipped(Columns.packed(REPORT.checks()));
        Random random = new Random(20);
        int named = 0;
        for (int i = 0; i < 150; i++) {
            byte[] wrong = clear.clone();
            for (int j = 0; j <= i % 3; j++) {
                wrong[random.nextInt(wrong.length)] = (byte) "0,9]\"x}[".charAt(random.nextInt(8));
            }
            byte[] checks = zipped(new String(wrong, StandardCharsets.UTF_8));
            checks = i % 10 == 0 ? Arrays.copyOf(checks, checks.length / 2) : checks;
            try {
                assertThat(Dashboard.page(List.of(read(checks)))).contains("</html>");
            } catch (UncheckedIOException e) {
                named++;
                assertThat(e.getCause()).hasMessageContaining("report.json: not a ");
            }
        }
        assertThat(named).isBetween(40, 149);
    }
}
