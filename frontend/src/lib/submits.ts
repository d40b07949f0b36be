// A second click on the same button does nothing. The server guards itself as well: this only spares a wait.

export function guardDoubleSubmits(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.once === undefined) return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    // Not the disabled attribute: that would drop the button's value and take the focus away.
    event.submitter?.setAttribute("aria-disabled", "true");
  });

  // Coming back with the back button shows the page as it was left; its forms must work again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
      form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
    }
  });
}
