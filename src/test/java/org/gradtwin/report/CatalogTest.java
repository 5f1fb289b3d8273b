package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.readme.Pages;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final Path FILE = Path.of("fixtures", "README.md");
    private static final FixtureSet SET = FixtureSet.bundled();

    @Test
    @Tag("pages")
    void theCommittedFileSaysNothingButWhatTheRowsAndCasesGive() throws IOException {
        Pages.require(FILE, Catalog.text(SET));
    }

    @Test
    void holdsEveryFileFlagAndOp() {
        String text = Catalog.text(SET);
        SET.files().forEach(file -> {
            assertThat(text).contains("| [" + file.path() + "](");
            file.fixture().flags().keySet().forEach(flag -> assertThat(text).contains("\n| " + flag + " | "));
        });
        SET.trainings().forEach(training -> assertThat(text).contains("\n| " + training.name() + " | "));
        for (Op op : Ops.all()) {
            assertThat(text).contains("\n| " + op.id() + " | ");
        }
    }

    @Test
    void isNoFixture() {
        assertThat(SET.files()).extracting(FixtureSet.FixtureFile::path).noneMatch(path -> path.endsWith(".md"));
    }
}
