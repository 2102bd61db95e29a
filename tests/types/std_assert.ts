// The npm package carries plain JavaScript; the types stand beside this file.
// @ts-types="./std_assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
