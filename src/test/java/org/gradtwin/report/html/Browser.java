package org.gradtwin.report.html;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The operating system's Chromium without a window. */
final class Browser implements AutoCloseable {
    static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final ChromeDriver driver;

    Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        // A driver that is named keeps Selenium from looking for one on the network.
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.manage().window().setSize(new Dimension(1400, 1000));
    }

    /** Opens a file, with a fragment or "". */
    void open(Path page, String fragment) {
        driver.get("about:blank");
        driver.get(page.toUri() + fragment);
        settle();
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /**
     * Returns when what the page has put off until later is done. An event that the browser itself sends later, as after
     * a change of the address, comes before the second frame.
     */
    void settle() {
        driver.executeAsyncScript("const done = arguments[arguments.length - 1]; const ready = () =>"
                + " (!document.scripts.length || document.documentElement.classList.contains('scripted'))"
                + " && !document.querySelector('details[open] [data-packed]')"
                + " ? setTimeout(done) : setTimeout(ready, 1);"
                + " requestAnimationFrame(() => requestAnimationFrame(ready))");
    }

    /** Clicks the first element of a selector and waits for what that does. */
    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
        settle();
    }

    /** The text of the first element; found and read in one call, for the page may draw it anew between two. */
    String text(String selector) {
        return texts(selector).get(0);
    }

    @SuppressWarnings("unchecked")
    List<String> texts(String selector) {
        return (List<String>)
                script("return [...document.querySelectorAll(arguments[0])].map(found => found.innerText)", selector);
    }

    /** An attribute of the first element, or null. */
    String attribute(String selector, String name) {
        return (String)
                script("return document.querySelector(arguments[0]).getAttribute(arguments[1])", selector, name);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    String url() {
        return String.valueOf(driver.getCurrentUrl());
    }

    /** What the console said, warnings and errors. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Requests that went elsewhere than to a file, since the last call. */
    List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .filter(message -> !message.contains("\"documentURL\":\"file:") || message.contains("\"url\":\"http"))
                .toList();
    }

    void theme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** As on paper, or on a screen again. */
    void media(String type) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", type));
    }

    /** The width of what is looked at, in CSS pixels. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    void screenshot(Path file) {
        File taken = driver.getScreenshotAs(OutputType.FILE);
        try {
            Files.createDirectories(file.getParent());
            Files.move(taken.toPath(), file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The serious and critical findings of axe-core, one line each. */
    List<?> barriers() {
        return axe("{resultTypes: ['violations']}");
    }

    /** Of these only what colours make. */
    List<?> faintColours() {
        return axe("{resultTypes: ['violations'], runOnly: ['color-contrast']}");
    }

    private List<?> axe(String options) {
        try (InputStream axe =
                Browser.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<?> found = (List<?>) driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, %s).then(
                  found => done(found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
                    .map(v => v.id + ' ' + v.nodes.length + 'x: ' + v.nodes[0].html.slice(0, 200))),
                  error => done(['axe failed: ' + error]));
                """.formatted(options));
        // What axe-core itself made the browser say is not about the page.
        driver.manage().logs().get(LogType.BROWSER);
        return found;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
