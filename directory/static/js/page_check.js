/* Conveniences of a check by hand. Without script: the number is selected and copied by hand, the file is chosen. */
(() => {
  "use strict";

  const told = document.querySelector("[data-told]");
  const tell = (words) => { if (told) told.textContent = words; };

  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      if (!document.execCommand("copy")) { tell("Select the number and copy it."); return; }
    }
    tell(`${field.value} is on the clipboard.`);
  };

  for (const control of document.querySelectorAll("[data-copies]")) {
    const field = document.getElementById(control.dataset.copies);
    if (!field) continue;
    control.hidden = false;
    control.addEventListener("click", () => { copy(field); });
  }

  const area = document.querySelector("[data-drop]");
  const input = area && area.querySelector("input[type=file]");
  if (!input) return;
  const name = area.querySelector("[data-chosen]");
  const show = () => {
    name.textContent = input.files.length ? `Chosen: ${input.files[0].name}` : "";
    area.classList.toggle("drop-area--full", input.files.length > 0);
  };
  const over = (on) => () => area.classList.toggle("drop-area--over", on);
  document.addEventListener("dragover", (event) => { event.preventDefault(); over(true)(); });
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false)();
    if (event.dataTransfer && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
  input.addEventListener("change", show);
  show();
})();
