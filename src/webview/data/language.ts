/**
 * If the system's language is `C` or `POSIX`, Chromium reports `en-US@posix`, which its own number format refuses; uPlot
 * uses one as soon as it is loaded. To be imported before it.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
