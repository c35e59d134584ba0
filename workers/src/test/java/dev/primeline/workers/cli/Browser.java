package dev.primeline.workers.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium, and what a person does with it. */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LONG = Duration.ofMinutes(8);
  private static final File CHROMIUM = new File("/usr/bin/chromium");
  private static final File DRIVER = new File("/usr/bin/chromedriver");

  private final Path pictures;
  private final ChromeDriver driver;

  /**
   * @param pictures the folder of its screenshots
   */
  Browser(Path pictures) throws IOException {
    assumeThat(CHROMIUM.canExecute() && DRIVER.canExecute())
        .as("%s and %s (Debian's chromium and chromium-driver)", CHROMIUM, DRIVER)
        .isTrue();
    this.pictures = Files.createDirectories(pictures);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM);
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    driver.manage().window().setSize(new Dimension(1400, 1000));
  }

  void open(String address) {
    driver.get(address);
  }

  /** Clicks what is found by XPath or CSS, as soon as it can be clicked. */
  void click(String where) {
    try {
      retried(() -> element(where).click());
    } catch (ConditionTimeoutException e) {
      picture("failed");
      throw e;
    }
  }

  /** Types into an element that takes keys. */
  void type(String where, String text) {
    retried(
        () -> {
          element(where).click();
          element(where).sendKeys(text);
        });
  }

  private WebElement element(String where) {
    // The page has some things twice, for narrow and for wide windows.
    return driver
        .findElements(where.startsWith("//") ? By.xpath(where) : By.cssSelector(where))
        .stream()
        .filter(WebElement::isDisplayed)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(where));
  }

  /** The text of the page and of the frames in it. */
  String text() {
    try {
      StringBuilder text = new StringBuilder(driver.findElement(By.tagName("body")).getText());
      for (WebElement frame : driver.findElements(By.tagName("iframe"))) {
        driver.switchTo().frame(frame);
        text.append('\n').append(driver.findElement(By.tagName("body")).getText());
        driver.switchTo().defaultContent();
      }
      return text.toString();
    } catch (WebDriverException redrawn) {
      driver.switchTo().defaultContent();
      return "";
    }
  }

  /** Opens a page again and again, until its text is as it should be; gives that. */
  String sees(Runnable look, Predicate<String> expected) {
    return Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofSeconds(3))
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .until(
            () -> {
              look.run();
              return Awaitility.await()
                  .atMost(PATIENCE)
                  .pollDelay(Duration.ofSeconds(2))
                  .until(this::text, text -> !text.isEmpty());
            },
            expected);
  }

  private static void retried(Runnable action) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .untilAsserted(action::run);
  }

  /** Saves what is seen. */
  void picture(String name) {
    try {
      Files.write(pictures.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
