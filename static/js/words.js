// Counts the words of an essay while it is written, as quizzes/question_types/essay.py does.
(() => {
  const isWord = (text) => /[\p{L}\p{N}]/u.test(text);
  for (const shown of document.querySelectorAll("[data-word-count]")) {
    const field = document.getElementById(shown.dataset.wordCount);
    const count = () => field.value.split(/[\s\u2013\u2014]+/u).filter(isWord).length;
    const tell = () => (shown.textContent = shown.dataset.text.replace("{count}", count()));
    field.addEventListener("input", tell);
    tell();
  }
})();
