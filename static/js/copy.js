// <button data-copy="text" data-copied="Words to say when it is done">, with a role=status beside it.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    document.querySelector("[data-copy-status]").textContent = button.dataset.copied;
  });
}
