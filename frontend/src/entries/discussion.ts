// For pages with a discussion, and somebody who is signed in.

import { noteWhatIsSeen } from "../lib/seen";

noteWhatIsSeen();
