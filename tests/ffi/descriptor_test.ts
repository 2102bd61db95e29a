import { assertEquals, assertThrows } from "@std/assert";
import { Descriptor, NOTHING_NOW, POLLIN, POLLOUT } from "../../ffi/descriptor.ts";
import { EAGAIN, EINTR } from "../../ffi/errno.ts";
import { Libc, LibcError } from "../../ffi/libc.ts";
import { libcHere } from "./libc_here.ts";

const EIO = 5;

/**
 * A descriptor whose calls end as a script says, each with a result or `-errno`; poll() finds it
 * `ready` for both, or not.
 */
function scripted(results: readonly number[], { ready }: { readonly ready: boolean }) {
  const real = new Libc(libcHere());
  const left = [...results];
  let errno = 0;
  const call = () => {
    const result = left.shift()!;
    errno = Math.max(-result, 0);
    return BigInt(Math.max(result, -1));
  };
  const poll = (fds: Int32Array<ArrayBuffer>) => {
    if (ready) fds[1]! |= (POLLIN | POLLOUT) << 16;
    return ready ? 1 : 0;
  };
  const libc = {
    symbols: { ...real.symbols, poll, close: () => 0 },
    errno: () => errno,
  } as unknown as Libc;
  return { descriptor: new Descriptor(libc, 99, { read: call, write: call }), left };
}

for (const call of ["read", "write"] as const) {
  const bytes = new Uint8Array(4);

  Deno.test(`${call}() gives what there is or fits, however little`, () => {
    const { descriptor } = scripted([1, 3], { ready: true });
    assertEquals([descriptor[call](bytes), descriptor[call](bytes)], [1, 3]);
  });

  Deno.test(`${call}() is made again when a signal came between (EINTR)`, () => {
    const { descriptor, left } = scripted([-EINTR, -EINTR, 4], { ready: true });
    assertEquals(descriptor[call](bytes), 4);
    assertEquals(left, []);
  });

  Deno.test(`${call}() gives nothing when it would have to wait (EAGAIN)`, () => {
    const { descriptor } = scripted([-EAGAIN], { ready: false });
    assertEquals(descriptor[call](bytes), NOTHING_NOW);
  });

  Deno.test(`${call}() is made again when something came just then (EAGAIN, and ready)`, () => {
    const { descriptor } = scripted([-EAGAIN, 2], { ready: true });
    assertEquals(descriptor[call](bytes), 2);
  });

  Deno.test(`${call}() throws a failure that stays, by its name`, () => {
    const { descriptor } = scripted([-EIO, -EIO, -EIO], { ready: true });
    const error = assertThrows(() => descriptor[call](bytes), LibcError, `Cannot ${call}: EIO`);
    assertEquals((error as LibcError).errno, EIO);
  });

  Deno.test(`${call}() throws a failure that is told once`, () => {
    const { descriptor } = scripted([-EIO, 0], { ready: true });
    assertThrows(() => descriptor[call](bytes), LibcError, `Cannot ${call}: EIO`);
  });

  Deno.test(`${call}() throws once it is closed`, () => {
    const { descriptor, left } = scripted([4], { ready: true });
    descriptor.close();
    assertThrows(() => descriptor[call](bytes), LibcError, `Cannot ${call}: EBADF`);
    assertEquals(left, [4]);
  });
}

Deno.test("read() gives 0 at the end", () => {
  assertEquals(scripted([0], { ready: true }).descriptor.read(new Uint8Array(4)), 0);
});
