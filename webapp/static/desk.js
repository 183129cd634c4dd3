// Recruiters' pages by keyboard. Every page works without it.
"use strict";

(() => {
  const OFF = "rolecall keys off"; // in this browser's storage while single keys do nothing
  let off = false;
  try {
    off = localStorage.getItem(OFF) !== null;
  } catch { /* This browser stores nothing: keys are switched for a page. */ }

  /** Whether a key is none of ours: they are switched off, or something is being written or chosen there. */
  function passed(event) {
    return off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey
      || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  /** The button that switches single keys off and on: who speaks to the machine, or hits keys unwillingly, needs it. */
  function prepareSwitch(button) {
    function tell() {
      button.textContent = off ? "Switch single keys on" : "Switch single keys off";
      document.documentElement.classList.toggle("keyless", off);
    }

    button.addEventListener("click", () => {
      off = !off;
      try {
        if (off) localStorage.setItem(OFF, "");
        else localStorage.removeItem(OFF);
      } catch { /* As above. */ }
      tell();
    });
    button.hidden = false;
    tell();
  }

  /** The desk: rows up and down, tick, open, merge, pages. */
  function prepareDesk(form) {
    const rows = [...form.querySelectorAll("[data-row]")];
    const merge = form.querySelector("[data-merge]");
    const words = merge.textContent;

    function here() {
      return rows.findIndex((row) => row.contains(document.activeElement));
    }

    function step(by) {
      const at = here();
      const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
      next.querySelector("th a").focus();
      next.scrollIntoView({ block: "nearest" });
    }

    function tell() {
      const ticked = form.querySelectorAll("[data-row] input:checked").length;
      merge.textContent = ticked > 1 ? `Merge these ${ticked} jobs` : words;
    }

    const keys = {
      j: () => step(1),
      k: () => step(-1),
      x: () => rows[here()]?.querySelector("input").click(),
      o: () => rows[here()]?.querySelector(".behind summary")?.click(),
      m: () => merge.click(),
      n: () => document.querySelector("a[rel=next]")?.click(),
      p: () => document.querySelector("a[rel=prev]")?.click(),
    };

    form.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (form.querySelectorAll("[data-row] input:checked").length > 1) return;
      event.preventDefault();
      merge.textContent = "Tick two jobs or more";
    });
    window.addEventListener("pageshow", tell);
    document.addEventListener("keydown", (event) => {
      const key = event.shiftKey ? "" : event.key.toLowerCase(); // with Caps Lock on, too
      if (passed(event) || !Object.hasOwn(keys, key)) return;
      event.preventDefault();
      keys[key]();
    });
  }

  document.addEventListener("keydown", (event) => {
    if (passed(event)) return;
    const search = document.querySelector("[data-search]");
    const help = document.querySelector("[data-keys]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.select();
      search.focus();
    } else if (event.key === "?" && help) {
      event.preventDefault();
      help.open = !help.open;
      help.querySelector("summary").focus();
    }
  });

  /** Buttons that a key presses; a key that is held presses once. */
  function prepareKeys() {
    document.addEventListener("keydown", (event) => {
      if (passed(event) || event.repeat || event.shiftKey) return;
      const key = event.key.toLowerCase(); // as the button shows it, and with Caps Lock on
      const button = document.querySelector(`button[data-key="${CSS.escape(key)}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  document.querySelectorAll("[data-switch]").forEach(prepareSwitch);
  document.querySelectorAll("[data-desk]").forEach(prepareDesk);
  if (document.querySelector("[data-key]")) prepareKeys();
})();
