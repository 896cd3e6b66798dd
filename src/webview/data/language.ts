/**
 * If the system's language is `C` or `POSIX`, Chromium reports `en-US@posix`, which its own number format rejects. uPlot creates
 * a number format when it is loaded, so this file must be imported first.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}
