/**
 * Authorisation sessions, hidden secrets and transport sessions: the halves that emulator and
 * stack share.
 *
 * @module
 */
export * from "./adip.ts";
export * from "./client_session.ts";
export * from "./hmac.ts";
export * from "./transport.ts";
