// "/" goes to the search field, or to the search page where the field is not shown.
// Menus (<details data-menu>) close on Escape, on a click elsewhere and when focus leaves them.
(() => {
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const fields = [...document.querySelectorAll("[data-search]")];
    const field = fields.find((candidate) => candidate.checkVisibility());
    event.preventDefault();
    if (field) {
      field.focus();
      field.select();
    } else if (fields.length) {
      location.assign(fields[0].form.action);
    }
  });

  function closeOthers(target) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
})();
