import { assert, assertEquals, assertThrows } from "@std/assert";
import { Libc } from "../../ffi/libc.ts";
import { LibcListener } from "../../ffi/libc_listener.ts";
import { openServerLibrary } from "../../ffi/server_symbols.ts";
import { TempFolder } from "../peers/temp_folder.ts";
import { libcHere } from "./libc_here.ts";

const EBADF = 9;

for (const call of ["chmod", "chown", "listen"] as const) {
  Deno.test(`a unix socket goes again when ${call}() fails`, () => {
    using folder = new TempFolder();
    const libc = new Libc(libcHere());
    const library = openServerLibrary(libc.path);
    const path = folder.join("sock");
    let bound = -1;
    const bind: typeof library.symbols.bind = (fd, ...address) => {
      bound = fd;
      return library.symbols.bind(fd, ...address);
    };
    const failing = {
      symbols: { ...library.symbols, bind, [call]: () => -1 },
      close: () => library.close(),
    };
    const error = assertThrows(() =>
      LibcListener.listen({ libc, library: failing }, { transport: "unix", path }, { gid: 1 })
    );
    assert(`${error}`.includes(`Cannot listen at unix:${path}: `), `${error}`);
    assertEquals([...Deno.readDirSync(folder.path)], []);
    assert(bound >= 0);
    assertEquals(library.symbols.getsockname(bound, new Uint8Array(2), Uint32Array.of(2)), -1);
    assertEquals(libc.errno(), EBADF);
    library.close();
  });
}

Deno.test("a unix socket has its mode before anybody can connect", () => {
  using folder = new TempFolder();
  const libc = new Libc(libcHere());
  const library = openServerLibrary(libc.path);
  const path = folder.join("sock");
  const modes: number[] = [];
  const watched = {
    symbols: {
      ...library.symbols,
      listen: (fd: number, backlog: number) => {
        modes.push(Deno.statSync(path).mode! & 0o777);
        return library.symbols.listen(fd, backlog);
      },
    },
    close: () => library.close(),
  };
  const address = { transport: "unix", path } as const;
  const listener = LibcListener.listen({ libc, library: watched }, address, { mode: 0o600 });
  listener.close();
  assertEquals(modes, [0o600]);
  library.close();
});
