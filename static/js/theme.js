// Runs in <head>, before the first paint: applies the saved theme, then wires the theme buttons.
(() => {
  const themes = ["auto", "light", "dark"];
  const root = document.documentElement;

  function saved() {
    try {
      const theme = localStorage.getItem("theme");
      return themes.includes(theme) ? theme : "auto";
    } catch {
      return "auto";
    }
  }

  function show(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-button]")) {
      const words = button.dataset[`label${theme[0].toUpperCase()}${theme.slice(1)}`];
      button.hidden = false;
      button.title = words;
      button.querySelector("[data-theme-words]").textContent = words;
    }
  }

  function next() {
    const theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // A browser that refuses storage still switches for this page.
    }
    show(theme);
  }

  root.dataset.theme = saved();
  document.addEventListener("DOMContentLoaded", () => {
    show(saved());
    for (const button of document.querySelectorAll("[data-theme-button]")) {
      button.addEventListener("click", next);
    }
  });
})();
