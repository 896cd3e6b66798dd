/**
 * Where the system's language is `C` or `POSIX`, Chromium says `en-US@posix`, which its own number format refuses; uPlot asks for one as
 * soon as it is loaded. To be imported before it.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
