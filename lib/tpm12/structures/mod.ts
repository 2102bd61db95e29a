/**
 * Every structure of TPM 1.2: the value as an interface, its wire form as a codec under the name
 * of TPM Main Part 2.
 *
 * @module
 */
/*  5 */ export * from "./basics.ts";
/*  5 */ export * from "./migration.ts";
/*  7, 21 */ export * from "./capability.ts";
/*  8 */ export * from "./pcr.ts";
/*  9 */ export * from "./storage.ts";
/* 10 */ export * from "./keys.ts";
/* 11 */ export * from "./signed.ts";
/* 12 */ export * from "./identity.ts";
/* 13, 15 */ export * from "./transport.ts";
/* 14 */ export * from "./audit.ts";
/* 18 */ export * from "./context.ts";
/* 19 */ export * from "./nv.ts";
/* 20 */ export * from "./delegation.ts";
/* 22 */ export * from "./daa.ts";
