// A lesson works without this file. With it: j/k go through the headings, n/p to the next and the previous
// activity, f is focus mode, ? lists the keys; the contents follow the reading place, which is kept.
(() => {
  const lesson = document.querySelector("[data-lesson]");
  if (!lesson) return;

  const headings = [...lesson.querySelectorAll("article :is(h2, h3, h4)[id]")];
  const links = new Map(
    [...document.querySelectorAll("[data-toc] a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const help = document.querySelector("[data-lesson-keys]");
  const placeKey = `place:${lesson.dataset.lesson}`;
  const isHere = (heading) => heading.getBoundingClientRect().top < 120;

  function store(key, value) {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch {
      // Without storage the place is simply not kept.
    }
    return null;
  }

  // While the page still scrolls to the heading that was chosen last, that one counts.
  function current() {
    const chosen = headings.indexOf(document.activeElement);
    return chosen >= 0 ? chosen : headings.findLastIndex(isHere);
  }

  function goTo(heading) {
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  }

  function follow(relation) {
    const link = document.querySelector(`a[rel="${relation}"]`);
    if (link) link.click();
  }

  function focusMode() {
    const isOn = document.body.classList.toggle("is-focused");
    for (const button of document.querySelectorAll("[data-focus-mode]")) button.ariaPressed = String(isOn);
  }

  const keys = {
    j: () => goTo(headings[current() + 1]),
    k: () => goTo(headings[Math.max(current() - 1, 0)]),
    n: () => follow("next"),
    p: () => follow("prev"),
    f: focusMode,
    "?": () => help && !help.open && help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  for (const button of document.querySelectorAll("[data-focus-mode]")) {
    button.hidden = false;
    button.addEventListener("click", focusMode);
  }
  for (const button of document.querySelectorAll("[data-show-keys]")) {
    button.hidden = false;
    button.addEventListener("click", keys["?"]);
  }

  let isWaiting = false;
  function markPlace() {
    isWaiting = false;
    const heading = headings[headings.findLastIndex(isHere)];
    for (const [id, link] of links) {
      if (heading && heading.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    store(placeKey, heading ? heading.id : "");
  }
  const place = store(placeKey);
  if (place && !location.hash) document.getElementById(place)?.scrollIntoView({ block: "start", behavior: "instant" });
  document.addEventListener("scroll", () => {
    if (!isWaiting) requestAnimationFrame(markPlace);
    isWaiting = true;
  }, { passive: true });
  markPlace();
})();
