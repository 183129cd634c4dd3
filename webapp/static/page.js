// Files dropped, named and weighed; one answer awaited at a time. Every page works without it.
"use strict";

(() => {
  const PATIENCE = 20000; // ms after which a form may be sent again: the answer did not come

  /** A size as people say it: 84 kB, 5.2 MB. */
  function size(bytes) {
    return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }

  /** The field of a file: take what is dropped, show what is chosen, warn of what is too large. */
  function prepareDrop(zone) {
    const input = zone.querySelector("input[type=file]");
    const chosen = zone.querySelector("[data-chosen]");
    const name = zone.querySelector("[data-name]");
    const warning = zone.querySelector("[data-warning]");
    const invitation = zone.querySelector("[data-invitation]");
    const most = Number(zone.dataset.most);

    function show() {
      const file = input.files[0];
      const large = file && file.size > most;
      const sentence = `The file is larger than ${Math.round(most / 1048576)} MiB: save it without pictures, or paste its text.`;
      zone.classList.toggle("named", Boolean(file));
      chosen.hidden = !file;
      invitation.hidden = Boolean(file);
      name.textContent = file ? `${file.name}, ${size(file.size)}` : "";
      warning.textContent = large ? sentence : "";
      input.setCustomValidity(large ? sentence : "");
    }

    function over(event) {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      zone.classList.add("over");
    }

    zone.addEventListener("dragenter", over);
    zone.addEventListener("dragover", over);
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
    });
    zone.addEventListener("drop", (event) => {
      zone.classList.remove("over");
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      const taken = new DataTransfer();
      taken.items.add(file);
      input.files = taken.files;
      show();
    });
    zone.querySelector("[data-remove]").addEventListener("click", () => {
      input.value = "";
      show();
      input.focus();
    });
    input.addEventListener("change", show);
    show();
    return show;
  }

  /** A form that takes a while: say so, and send it once. */
  function prepareForm(form) {
    const live = form.querySelector("[data-live]");
    let waiting = 0;

    function busy(sent) {
      clearTimeout(waiting);
      waiting = sent ? setTimeout(() => busy(false), PATIENCE) : 0;
      if (live) live.textContent = sent ? form.dataset.busy : "";
      // Not disabled: a disabled button would not send its own value, such as a page's number.
      for (const button of form.elements) {
        if (button.type !== "submit") continue;
        if (sent) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
      }
    }

    form.addEventListener("submit", (event) => {
      if (waiting) event.preventDefault();
      else busy(true);
    });
    return () => busy(false);
  }

  const restore = [
    ...[...document.querySelectorAll("[data-drop]")].map(prepareDrop),
    ...[...document.querySelectorAll("form[data-busy]")].map(prepareForm),
  ];
  window.addEventListener("pageshow", () => restore.forEach((again) => again()));
})();
