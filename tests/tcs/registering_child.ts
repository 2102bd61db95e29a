/**
 * Registers and unregisters a key in the file that is named, again and again, until it is killed.
 * Prints a line when it begins.
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
console.log("begins");
for (;;) {
  await keys.register({ wrappingKeyUUID, keyUUID, rgbKey, gbVendorData: new Uint8Array(2000) });
  await keys.unregister(keyUUID);
}
