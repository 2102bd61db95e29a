import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { openError } from "../../ffi/device_error.ts";
import { Libc, libcCandidates, LibcError } from "../../ffi/libc.ts";
import { runProgram } from "../run_program.ts";
import { FakeTpm } from "../tddl/fake_tpm.ts";
import { PtyTpm } from "./pty_tpm.ts";
import { libcHere } from "./libc_here.ts";

const TDDL = new URL("../../lib/tddl/mod.ts", import.meta.url).href;

const run = (permissions: readonly string[], program: string) =>
  runProgram(program, { permissions });

const OPEN = (spec: string) => `
  import { openTddl } from ${JSON.stringify(TDDL)};
  try {
    await using tddl = await openTddl(${JSON.stringify(spec)});
    const command = [0, 0xc1, 0, 0, 0, 14, 0, 0, 0, 0x15, 0, 0, 0, 9];
    console.log("answer", (await tddl.transmitData(Uint8Array.from(command))).join(" "));
  } catch (error) {
    console.log(error.constructor.name + ": " + error.message);
  }
`;
const ANSWER = "answer 0 196 0 0 0 14 0 0 0 0 0 0 0 9";

Deno.test("a device works with the grant for libc's path alone", async () => {
  await using tpm = new PtyTpm();
  const output = await run([`--allow-ffi=${libcHere()}`], OPEN(`device:${tpm.pty.path}`));
  assertStringIncludes(output, ANSWER);
});

Deno.test("of the paths of libc the one that is granted is taken", async () => {
  await using tpm = new PtyTpm();
  let found = 0;
  for (const path of libcCandidates()) {
    const output = await run([`--allow-ffi=${path}`], OPEN(`device:${tpm.pty.path}`));
    if (output.includes(ANSWER)) found++;
    else assertStringIncludes(output, `NotFound: Cannot open ${tpm.pty.path}: libc is at none of`);
  }
  assert(found > 0);
});

Deno.test("libc is looked for by glibc's and musl's paths on x86-64 and AArch64", () => {
  for (const arch of ["x86_64", "aarch64"] as const) {
    const paths = libcCandidates({ os: "linux", arch });
    assert(paths.every((path) => path.startsWith("/")));
    assertEquals(paths[0], `/lib/${arch}-linux-gnu/libc.so.6`);
    assert(paths.includes(`/lib/ld-musl-${arch}.so.1`));
  }
  for (const os of ["darwin", "windows", "freebsd"] as const) {
    assertEquals(libcCandidates({ os, arch: "x86_64" }), []);
  }
});

Deno.test("a socket works with the grant for libc's path alone", async () => {
  for (const transport of ["tcp", "unix"] as const) {
    await using tpm = new FakeTpm(undefined, transport);
    assertStringIncludes(await run([`--allow-ffi=${libcHere()}`], OPEN(tpm.spec)), ANSWER);
  }
});

Deno.test("a socket works with the grant for its address alone", async () => {
  await using tcp = new FakeTpm();
  const { port } = tcp.address as { port: number };
  assertStringIncludes(await run([`--allow-net=127.0.0.1:${port}`], OPEN(tcp.spec)), ANSWER);
  await using unix = new FakeTpm(undefined, "unix");
  const { path } = unix.address as { path: string };
  const grants = [`--allow-net=unix:${path}`, `--allow-read=${path}`, `--allow-write=${path}`];
  assertStringIncludes(await run(grants, OPEN(unix.spec)), ANSWER);
});

Deno.test("a socket without a grant says which flag to add", async () => {
  const output = await run([], OPEN("tcp:127.0.0.1:1"));
  assertStringIncludes(output, "NotCapable: Requires net access");
  assertStringIncludes(output, "--allow-net");
});

Deno.test("a device without a grant says which flag to add", async () => {
  const output = await run([], OPEN("device:/dev/tpm0"));
  assertStringIncludes(output, "NotCapable: Cannot open /dev/tpm0: it needs FFI access to libc.");
  assertStringIncludes(output, `Run with --allow-ffi=${libcCandidates()[0]}`);
});

Deno.test("importing the library asks for no permission and does nothing", async () => {
  assertEquals(await run([], `import ${JSON.stringify(TDDL)};`), "");
});

Deno.test("errno is that of the call before", () => {
  const libc = new Libc(libcHere());
  for (let i = 0; i < 100; i++) {
    assertEquals(libc.symbols.open(new TextEncoder().encode("/nonexistent\0"), 0), -1);
    assertEquals(libc.errno(), 2);
  }
  const failure = libc.failure("open");
  assertInstanceOf(failure, LibcError);
  assertEquals([failure.call, failure.errnoName], ["open", "ENOENT"]);
});

Deno.test("no access, busy and no TPM behind the device each have their sentence and remedy", () => {
  const sentences: [number, string, string][] = [
    [13, "permission to use /dev/tpm0 was denied", "tss"],
    [1, "permission to use /dev/tpm0 was denied", "tss"],
    [16, "/dev/tpm0 is in use by another process", "tcsd"],
    [19, "no TPM is behind /dev/tpm0", "firmware"],
    [2, "there is no device /dev/tpm0", "tpm_tis"],
  ];
  for (const [errno, sentence, remedy] of sentences) {
    const error = openError("/dev/tpm0", new LibcError("open", errno));
    assertStringIncludes(error.message, sentence);
    assertStringIncludes(error.hint!, remedy);
    assertEquals(error.layer, "tddl");
  }
});
