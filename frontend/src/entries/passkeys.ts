// Forms that a passkey fills in: form[data-passkey="create"] makes one, form[data-passkey="get"] shows one.

import { offerPasskeys } from "../lib/passkeys";

offerPasskeys();
