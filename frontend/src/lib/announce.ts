// One polite voice for the whole page. It never moves the focus.

export function announce(sentence: string): void {
  const region = document.getElementById("announcements");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied and filled in one go is not read again when the sentence is the same.
  window.setTimeout(() => {
    region.textContent = sentence;
  }, 50);
}

/** A receipt that came with the page is read as well: a region that was full from the start is silent. */
export function announceReceipts(): void {
  const region = document.querySelector(".messages");
  if (!region?.childElementCount) return;
  const receipts = [...region.children];
  window.setTimeout(() => region.replaceChildren(...receipts), 50);
}
