import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  CONNECTION_FORMS,
  type ConnectionSpec,
  formatConnectionSpec,
  parseConnectionString,
} from "../../lib/tddl/connection_string.ts";
import { openTddl } from "../../lib/tddl/open_tddl.ts";
import type { SocketAddress } from "../../lib/tddl/stream.ts";

const tcp = (hostname: string, port: number): SocketAddress => ({
  transport: "tcp",
  hostname,
  port,
});
const unix = (path: string): SocketAddress => ({ transport: "unix", path });
const keep = { connection: "keep" } as const;
const each = { connection: "each" } as const;

const VALID: Record<string, ConnectionSpec> = {
  "emulator": { kind: "emulator" },
  "emulator:/var/lib/tpm.state": { kind: "emulator", file: "/var/lib/tpm.state" },
  "emulator:C:\\tpm": { kind: "emulator", file: "C:\\tpm" },
  "device": { kind: "device" },
  "device:/dev/tpm0": { kind: "device", path: "/dev/tpm0" },
  "tcp:localhost:6545": { kind: "tcp", address: tcp("localhost", 6545), ...keep },
  "tcp:[::1]:2321": { kind: "tcp", address: tcp("::1", 2321), ...keep },
  "tcp:10.0.0.1:65535,connection=each": {
    kind: "tcp",
    address: tcp("10.0.0.1", 65535),
    ...each,
  },
  "unix": { kind: "unix", address: unix("/var/run/tpm/tpmd_socket:0"), ...keep },
  "unix:/run/tpm,1.sock": { kind: "unix", address: unix("/run/tpm,1.sock"), ...keep },
  "unix:/run/a,connection=each": { kind: "unix", address: unix("/run/a"), ...each },
  "swtpm": {
    kind: "swtpm",
    data: tcp("localhost", 2321),
    ctrl: tcp("localhost", 2322),
    ...keep,
  },
  "swtpm:tcp:127.0.0.1:5000": {
    kind: "swtpm",
    data: tcp("127.0.0.1", 5000),
    ctrl: tcp("127.0.0.1", 5001),
    ...keep,
  },
  "swtpm:tcp:[::1]:5000,ctrl=unix:/run/ctrl,connection=each": {
    kind: "swtpm",
    data: tcp("::1", 5000),
    ctrl: unix("/run/ctrl"),
    ...each,
  },
  "swtpm:unix:/run/tpm": {
    kind: "swtpm",
    data: unix("/run/tpm"),
    ctrl: unix("/run/tpm.ctrl"),
    ...keep,
  },
  "swtpm:host=[::1],port=9": {
    kind: "swtpm",
    data: tcp("::1", 9),
    ctrl: tcp("::1", 10),
    ...keep,
  },
  "swtpm:port=77,connection=each": {
    kind: "swtpm",
    data: tcp("localhost", 77),
    ctrl: tcp("localhost", 78),
    ...each,
  },
  "swtpm:path=/run/s": {
    kind: "swtpm",
    data: unix("/run/s"),
    ctrl: unix("/run/s.ctrl"),
    ...keep,
  },
  "tcsd": { kind: "tcsd", address: tcp("localhost", 30003) },
  "tcsd:example.org": { kind: "tcsd", address: tcp("example.org", 30003) },
  "tcsd:example.org:1": { kind: "tcsd", address: tcp("example.org", 1) },
  "tcsd:[::1]": { kind: "tcsd", address: tcp("::1", 30003) },
  "tcsd:unix:/run/tcsd.sock": { kind: "tcsd", address: unix("/run/tcsd.sock") },
};

Deno.test("parseConnectionString() reads every form", () => {
  for (const [text, spec] of Object.entries(VALID)) {
    assertEquals(parseConnectionString(text), spec, text);
  }
});

Deno.test("formatConnectionSpec() writes what is read as the same", () => {
  for (const spec of Object.values(VALID)) {
    assertEquals(parseConnectionString(formatConnectionSpec(spec)), spec);
  }
});

Deno.test("parseConnectionString() names the string and every form when it is none", () => {
  const invalid = [
    ["", "it names no kind of connection"],
    ["mssim:host=localhost", `"mssim" is no kind of it`],
    ["/dev/tpm0", `"/dev/tpm0" is no kind of it`],
    ["device:", "nothing follows the colon"],
    ["tcp", `"tcp" does not begin with tcp: or unix:`],
    ["tcp:localhost", "a port must follow the host"],
    ["tcp:localhost:", `"" is no port`],
    ["tcp:localhost:0", `"0" is no port`],
    ["tcp:localhost:65536", `"65536" is no port`],
    ["tcp:localhost:0x10", `"0x10" is no port`],
    ["tcp:::1:2321", `"::1:2321" is not HOST:PORT`],
    ["tcp:[::1:2321", `"[::1:2321" is not HOST:PORT`],
    ["tcp:a:1,connection=twice", `connection is keep or each, not "twice"`],
    ["tcp:a:1,ctrl=tcp:a:2", "only swtpm has ctrl"],
    ["unix:/a,connection=each,connection=keep", "connection is given twice"],
    ["swtpm:/run/x", `"/run/x" does not begin with tcp: or unix:`],
    ["swtpm:unix:,ctrl=unix:/x", "a path must follow unix:"],
    ["swtpm:host=a,port=1,host=b", "host is given twice"],
    ["swtpm:host=a,colour=red", `"colour=red" is no option`],
    ["swtpm:host=::1,port=1", `"::1" is not HOST:PORT`],
    ["swtpm:tcp:a:65535", `"65536" is no port`],
  ] as const;
  for (const [text, reason] of invalid) {
    const error = assertThrows(() => parseConnectionString(text), TypeError);
    assertStringIncludes(error.message, `Cannot read connection string "${text}": ${reason}`);
    for (const form of CONNECTION_FORMS) assertStringIncludes(error.message, form);
  }
});

Deno.test("openTddl() does not open a TCS daemon", async () => {
  await assertRejects(() => openTddl("tcsd"), TypeError, "reached above TDDL");
});
