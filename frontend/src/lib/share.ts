// Sharing by the phone's own menu, or by a copied link where there is none.

async function share(button: HTMLElement, announce: (sentence: string) => void): Promise<void> {
  const { url = location.href, title = document.title, copied = "", failed = "" } = button.dataset;
  if ("share" in navigator) {
    try {
      await navigator.share({ url, title });
      return;
    } catch (error) {
      // The person closed the menu: that is an answer, not a failure.
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
  }
  let outcome = copied;
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    outcome = failed;
  }
  announce(outcome);
  showBeside(button, outcome);
}

/** The same words for the eye. The live region has spoken already, so this line is silent. */
function showBeside(button: HTMLElement, sentence: string): void {
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("aria-hidden", "true");
  line.dataset.shareOutcome = "";
  line.textContent = sentence;
  button.parentElement?.querySelector("[data-share-outcome]")?.remove();
  button.after(line);
}

export function offerSharing(announce: (sentence: string) => void): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-share]")) {
    button.addEventListener("click", () => void share(button, announce));
  }
}
