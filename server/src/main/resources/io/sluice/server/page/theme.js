// Runs before the first paint, so that nobody sees the other colours flash by.
(() => {
  const KEY = 'sluice:theme';
  const root = document.documentElement;

  /** A browser may forbid storage; then the choice lasts as long as the page. */
  const storage = {
    get() {
      try {
        return localStorage.getItem(KEY);
      } catch {
        return null;
      }
    },
    /** @param {string} value */
    set(value) {
      try {
        localStorage.setItem(KEY, value);
      } catch {
        // As said above.
      }
    },
  };

  /** @param {string} theme */
  const show = (theme) => {
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  const chosen = storage.get() ?? 'auto';
  show(chosen);
  document.addEventListener('DOMContentLoaded', () => {
    for (const input of document.querySelectorAll('#theme input')) {
      const radio = /** @type {HTMLInputElement} */ (input);
      radio.checked = radio.value === chosen;
      radio.addEventListener('change', () => {
        show(radio.value);
        storage.set(radio.value);
      });
    }
  });
})();
