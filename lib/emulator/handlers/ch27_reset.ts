import type { Handler } from "./handler.ts";

/** TPM_Reset (Part 3, 27.5). */
export const TPM_Reset: Handler<"TPM_Reset"> = ({ volatile }) => {
  // 1, 1.b, 1.c. What TPM_SaveContext saved stays good (1.d); 2 to 4: and so does all else.
  volatile.authSessions.clear();
  return {};
};
