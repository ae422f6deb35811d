// The presets of a quiz's review table in the CMS: a button ticks the cells that it names, and no other.
document.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-review-preset]");
  if (!preset) return;
  const cells = new Set(preset.dataset.reviewPreset.split(" "));
  const boxes = preset.closest("[data-review-matrix]").querySelectorAll("input[type=checkbox]:enabled");
  boxes.forEach((box) => {
    box.checked = cells.has(box.value);
  });
  boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
});
