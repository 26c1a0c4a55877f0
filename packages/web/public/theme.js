// Runs before the first paint, so that a chosen theme never flashes. External, so that the policy needs no hash.
try {
  const theme = localStorage.getItem("ratchet.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme stands.
}
