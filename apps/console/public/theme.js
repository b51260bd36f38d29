/* global document, localStorage */
// Before the first paint: the chosen theme, so that nothing flashes. A file of its own, because the content security policy refuses inline scripts.
try {
  const theme = localStorage.getItem('checkstack.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be switched off; the system's theme is used.
}
