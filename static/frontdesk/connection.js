// The form of a connection shows the options of the chosen system alone. Without this, it shows all.
document.addEventListener("DOMContentLoaded", () => {
  const system = document.querySelector("select[name=system]");
  if (!system) return;

  function show() {
    for (const option of document.querySelectorAll("[data-system]")) {
      const row = option.closest(".form-row") ?? option.parentElement;
      row.style.display = option.dataset.system === system.value ? "" : "none";
    }
  }

  system.addEventListener("change", show);
  show();
});
