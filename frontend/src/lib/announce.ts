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
