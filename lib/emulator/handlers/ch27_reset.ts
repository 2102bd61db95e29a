import type { Handler } from "./handler.ts";

/** TPM_Reset (Part 3, 27.5). */
export const TPM_Reset: Handler<"TPM_Reset"> = ({ volatile }) => {
  // 1, 1.b, 1.c. What TPM_SaveContext saved stays good (1.d), and with it what TPM_SaveAuthContext
  // saved in the same form (1.a). 2 to 4. All else is left alone.
  volatile.authSessions.clear();
  return {};
};
