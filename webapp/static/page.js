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
      if (waiting) return event.preventDefault();
      if ("address" in form.dataset) form.action = address(form, event.submitter);
      busy(true);
    });
    return () => busy(false);
  }

  /** What filters stand in a form, for the address of its answer: never what is said of the person. */
  function address(form, submitter) {
    const told = new URLSearchParams();
    const said = new FormData(form, submitter);
    for (const name of ["place", "within", "remote", "pay", "per", "currency", "employment", "shift", "channel", "sort", "page"]) {
      if ((name === "per" || name === "currency") && !said.get("pay")) continue;
      for (const value of said.getAll(name)) if (value && !(name === "page" && value === "1")) told.append(name, value);
    }
    const path = form.getAttribute("action").split("?")[0];
    return `${path}${String(told) && "?"}${told}`;
  }

  /** Why a job ranks where it does: shown in its place, where without a script a page of its own opens. */
  function prepareWhy(button) {
    let shown = null;
    let failed = false;

    async function ask() {
      const form = button.form;
      const answer = await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      shown = document.importNode(page.querySelector("[data-account]"), true);
      button.parentElement.after(shown);
    }

    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", async (event) => {
      if (failed) return;
      event.preventDefault();
      if (shown) shown.hidden = !shown.hidden;
      else if (button.getAttribute("aria-busy") === "true") return;
      else {
        button.setAttribute("aria-busy", "true");
        try {
          await ask();
        } catch {
          failed = true;
          button.click(); // the page of its own says what is wrong
          return;
        } finally {
          button.removeAttribute("aria-busy");
        }
      }
      button.setAttribute("aria-expanded", String(!shown.hidden));
    });
  }

  /** A field of several things with a list of what may be meant: the list helps with the one being typed. */
  function prepareList(input) {
    const options = [...input.list.options].map((option) => [option, option.value]);
    let before = "";
    input.addEventListener("input", () => {
      const start = input.value.slice(0, input.value.lastIndexOf(",") + 1);
      if (start === before) return;
      before = start;
      for (const [option, label] of options) option.value = start ? `${start} ${label}` : label;
    });
  }

  /** Moments in the reader's own time. */
  function prepareMoment(time) {
    const tongue = navigator.languages.find((one) => one.startsWith("en")) || "en";
    const clock = new Intl.DateTimeFormat(tongue, { dateStyle: "long", timeStyle: "short" });
    time.textContent = clock.format(new Date(time.dateTime));
  }

  /** Save, applied, hide: told beside the button, one after the other, where without a script the job's page opens. */
  function prepareKeep(form) {
    let before = Promise.resolve();

    async function send(button) {
      const sent = new URLSearchParams(new FormData(form, button));
      const answer = await fetch(button.formAction, { method: "POST", body: sent, redirect: "manual" });
      if (answer.type === "opaqueredirect") return sent.get("state");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      throw new Error(page.querySelector(".lead")?.textContent);
    }

    function mark(buttons, state) {
      for (const one of buttons.querySelectorAll("[data-state]")) {
        const holds = one.dataset.state === state;
        if (holds === (one.value === "")) continue;
        [one.firstChild.data, one.dataset.other] = [one.dataset.other, one.firstChild.data];
        one.value = holds ? "" : one.dataset.state;
      }
      buttons.closest(".card")?.classList.toggle("away", state === "hidden");
    }

    async function keep(button) {
      const buttons = button.closest(".keep");
      const told = buttons.querySelector("[role=status]") || buttons.appendChild(document.createElement("p"));
      told.role = "status";
      try {
        const state = await send(button);
        mark(buttons, state);
        const list = document.createElement("a");
        [list.href, list.target, list.rel] = [form.dataset.list, "_blank", "noopener"];
        list.textContent = "first" in form.dataset ? "open it and bookmark it" : "your list";
        const words = "first" in form.dataset ? "Your list has a private address: " : state ? "It is on " : "It is off ";
        told.replaceChildren(words, list, " (opens in a new tab).");
        delete form.dataset.first;
      } catch (error) {
        told.textContent = error instanceof TypeError ? "The server cannot be reached: try again." : error.message;
      }
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      before = before.then(() => keep(event.submitter));
    });
  }

  document.querySelectorAll("[data-keep]").forEach(prepareKeep);
  document.querySelectorAll("[data-why]").forEach(prepareWhy);
  document.querySelectorAll("input[list]").forEach(prepareList);
  document.querySelectorAll("time[data-moment]").forEach(prepareMoment);

  const restore = [
    ...[...document.querySelectorAll("[data-drop]")].map(prepareDrop),
    ...[...document.querySelectorAll("form[data-busy]")].map(prepareForm),
  ];
  window.addEventListener("pageshow", () => restore.forEach((again) => again()));
})();
