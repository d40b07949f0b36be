// The square on a letter leads here with its code behind #, which browsers send to nobody. It is put in the field, and
// taken out of the address so that it does not stay in the history.

const field = document.querySelector<HTMLInputElement>("[data-letter-code]");

function fillIn(): void {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[\w-]{8,12}$/.test(code)) return;
  field.value = code;
  history.replaceState(history.state, "", location.pathname + location.search);
}

fillIn();
window.addEventListener("hashchange", fillIn);
