// The form of a connection shows the options of the chosen system alone. Without this, it shows all.
const system = document.querySelector("select[name=system]");
const options = document.querySelectorAll("[data-system]");

function show() {
  for (const option of options) {
    const row = option.closest(".form-row") ?? option.closest(".field-row") ?? option.parentElement;
    row.hidden = option.dataset.system !== system.value;
  }
}

if (system) {
  system.addEventListener("change", show);
  show();
}
