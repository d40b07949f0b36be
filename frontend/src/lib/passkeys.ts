// The browser makes or shows a passkey, and its answer goes to the server in a field of a plain form.

interface Descriptor {
  id: string;
  type: PublicKeyCredentialType;
}

type JSONOptions = {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  allowCredentials?: Descriptor[];
  excludeCredentials?: Descriptor[];
} & Record<string, unknown>;

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const known = (list: Descriptor[] = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

/** What the server asks, as the browser wants it: parseRequestOptionsFromJSON is missing on older phones. */
function readable(options: JSONOptions): Record<string, unknown> {
  const { user } = options;
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(user ? { user: { ...user, id: bytes(user.id) } } : {}),
    allowCredentials: known(options.allowCredentials),
    excludeCredentials: known(options.excludeCredentials),
  };
}

/** The answer as the server reads it: every buffer in base64url. */
function sendable(credential: PublicKeyCredential): string {
  const { response } = credential;
  const parts: Record<string, string> = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts.attestationObject = text(response.attestationObject);
  } else if (response instanceof AuthenticatorAssertionResponse) {
    parts.authenticatorData = text(response.authenticatorData);
    parts.signature = text(response.signature);
    if (response.userHandle) parts.userHandle = text(response.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form: HTMLFormElement): Promise<Record<string, unknown>> {
  const { options, optionsUrl = "" } = form.dataset;
  if (options) return readable((JSON.parse(options) as { publicKey: JSONOptions }).publicKey);
  const answer = await fetch(optionsUrl, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  const asked = (await answer.json()) as { request_options: { publicKey: JSONOptions } };
  return readable(asked.request_options.publicKey);
}

async function ceremony(form: HTMLFormElement): Promise<string> {
  const publicKey = await optionsOf(form);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions })
      : await navigator.credentials.get({ publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return sendable(credential);
}

async function fillAndSend(form: HTMLFormElement, field: HTMLInputElement): Promise<void> {
  const message = form.querySelector<HTMLElement>("[data-passkey-message]");
  if (message) message.textContent = "";
  form.setAttribute("aria-busy", "true");
  try {
    field.value = await ceremony(form);
    form.submit();
  } catch {
    // The person stopped it, or has no passkey for this site. Nothing was sent.
    if (message) message.textContent = form.dataset.failed ?? "";
  } finally {
    form.removeAttribute("aria-busy");
  }
}

export function offerPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    const field = form.querySelector<HTMLInputElement>("input[name=credential]");
    if (!field || !("PublicKeyCredential" in window)) {
      form.hidden = true;
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") !== "true") void fillAndSend(form, field);
    });
  }
}
