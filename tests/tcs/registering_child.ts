/**
 * Registers and unregisters a key in the file that is named, again and again, until it is killed.
 * Prints a line after the first time.
 *
 * @module
 */
import { FileKeyStorage } from "../../lib/tcs/mod.ts";
import { RegisteredKeys } from "../../lib/tcs/registered_keys.ts";

const [path, blob] = Deno.args;
const keys = new RegisteredKeys(new FileKeyStorage(path!), () => false);
const wrappingKeyUUID = Uint8Array.from([...new Uint8Array(15), 1]);
const keyUUID = new Uint8Array(16).fill(2);
const rgbKey = Uint8Array.fromHex(blob!);
for (let round = 0;; round++) {
  await keys.register({ wrappingKeyUUID, keyUUID, rgbKey, gbVendorData: new Uint8Array(2000) });
  await keys.unregister(keyUUID);
  if (round === 0) console.log("begins");
}
