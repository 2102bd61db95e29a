import { assertEquals, assertThrows } from "@std/assert";
import { openLibc } from "../../ffi/libc.ts";
import { openServerLibrary } from "../../ffi/server_symbols.ts";
import {
  decodeNewDevice,
  encodeNewDevice,
  makeVtpm,
  VTPM_PROXY_IOC_NEW_DEV,
} from "../../ffi/vtpm_proxy.ts";
import { exists } from "../exists.ts";

Deno.test("VTPM_PROXY_IOC_NEW_DEV is the number of linux/vtpm_proxy.h", () => {
  assertEquals(VTPM_PROXY_IOC_NEW_DEV, 0xc014a100n);
});

Deno.test("a new device is asked for as a TPM 1.2", () => {
  assertEquals(encodeNewDevice(), new Uint8Array(20));
});

Deno.test("what the kernel made is read from its five numbers", () => {
  // flags, tpm_num, fd, major, minor
  const bytes = new Uint8Array(new Uint32Array([0, 3, 17, 253, 65536]).buffer);
  assertEquals(decodeNewDevice(bytes), { fd: 17, path: "/dev/tpm3" });
});

if (!exists("/dev/vtpmx")) {
  Deno.test("without the kernel's module the error says which one is missing", () => {
    const libc = openLibc("test");
    const library = openServerLibrary(libc.path);
    try {
      assertThrows(() => makeVtpm({ libc, library }), Deno.errors.NotFound, "tpm_vtpm_proxy");
    } finally {
      library.close();
    }
  });
}
