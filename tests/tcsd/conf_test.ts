import { assertEquals, assertThrows } from "@std/assert";
import {
  parseTcsdConf,
  TCSD_CONF_DEFAULTS,
  TCSD_CONF_OPTIONS,
  TcsdConfError,
} from "../../lib/tcsd/mod.ts";

Deno.test("an empty tcsd.conf is all defaults", () => {
  for (const text of ["", "\n\n", "# port = 1\n   # port = 2\n\t\n"]) {
    assertEquals(parseTcsdConf(text), { conf: TCSD_CONF_DEFAULTS, warnings: [] });
  }
  assertEquals(TCSD_CONF_DEFAULTS.port, 30003);
  assertEquals(TCSD_CONF_DEFAULTS.numThreads, 10);
});

Deno.test("every option of TrouSerS' tcsd.conf is read", () => {
  const text = `
port = 30004
num_threads = 20
system_ps_file = /var/lib/tpm/other.data
firmware_log_file = /fw
kernel_log_file = /ima
firmware_pcrs = 0,1,7
kernel_pcrs = 10
platform_cred = /p.cert
conformance_cred = /c.cert
endorsement_cred = /e.cert
remote_ops = seal,unseal,random
enforce_exclusive_transport = 1
host_platform_class = SERVER_12
all_platform_classes = PC_11,PC_12
disable_ipv4 = 1
disable_ipv6 = 1
`;
  assertEquals(parseTcsdConf(text), {
    conf: {
      port: 30004,
      numThreads: 20,
      systemPsFile: "/var/lib/tpm/other.data",
      firmwareLogFile: "/fw",
      kernelLogFile: "/ima",
      firmwarePcrs: [0, 1, 7],
      kernelPcrs: [10],
      platformCred: "/p.cert",
      conformanceCred: "/c.cert",
      endorsementCred: "/e.cert",
      remoteOps: ["seal", "unseal", "random"],
      enforceExclusiveTransport: true,
      hostPlatformClass: "SERVER_12",
      allPlatformClasses: ["PC_11", "PC_12"],
      disableIpv4: true,
      disableIpv6: true,
    },
    warnings: [],
  });
  assertEquals(TCSD_CONF_OPTIONS.length, 16);
});

Deno.test("names are in any case, separators are blanks, tabs and equals signs", () => {
  for (const line of ["port=1", "  PORT 1", "Port\t= = 1 ", "port = 1 # one", "port = 1\r"]) {
    assertEquals(parseTcsdConf(line).conf.port, 1, line);
  }
  assertEquals(parseTcsdConf("port = 1\nport = 2").conf.port, 2);
});

Deno.test("a line that cannot be right is told with its file and number", () => {
  const wrong = [
    "bogus = 1",
    "por = 1",
    "portfoo = 1",
    "port =",
    "port = 12x",
    "port = -1",
    "port = 65536",
    "num_threads = 0",
    "disable_ipv4 = 2",
    "enforce_exclusive_transport = yes",
    "system_ps_file =",
    "system_ps_file = here",
    "system_ps_file = /we ird",
    "platform_cred = cert",
    "host_platform_class = PC_13",
    "all_platform_classes = PC_11,PC_13",
    "firmware_pcrs = one",
  ];
  for (const line of wrong) {
    const error = assertThrows(
      () => parseTcsdConf(`# a comment\n\n${line}\n`, { file: "/etc/tcsd.conf" }),
      TcsdConfError,
      "Cannot use /etc/tcsd.conf:3: ",
    );
    assertEquals([error.file, error.line], ["/etc/tcsd.conf", 3]);
  }
  assertThrows(
    () => parseTcsdConf("port = 70001"),
    TcsdConfError,
    'tcsd.conf:1: port: it takes 0 to 65535, not "70001"',
  );
});

Deno.test("entries of lists that TrouSerS ignores are ignored and told", () => {
  const { conf, warnings } = parseTcsdConf(
    "remote_ops = SEAL, unseal,bogus,seal\nkernel_pcrs = 1, 2,99\nfirmware_pcrs =\n",
  );
  assertEquals(conf.remoteOps, ["seal"]);
  assertEquals(conf.kernelPcrs, [1, 2]);
  assertEquals(conf.firmwarePcrs, []);
  assertEquals(warnings, [
    'tcsd.conf:1: remote_ops: " unseal" is ignored: it is no operation',
    'tcsd.conf:1: remote_ops: "bogus" is ignored: it is no operation',
    "tcsd.conf:2: kernel_pcrs: PCR 99 is ignored: there are PCRs 0 to 31",
  ]);
});
