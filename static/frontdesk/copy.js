// Buttons with data-copy="ID" put the text of that element on the clipboard.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.copied;
    } catch {
      // Without the permission, or over plain HTTP, the text is marked for Ctrl-C.
      getSelection().selectAllChildren(text);
    }
  });
}
