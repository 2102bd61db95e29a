/** Something done with Debian's tools, and how it ends where everything is right. */
export interface ToolStep {
  /**
   * The command, its words between blanks. Beside the tools: `!boot` power off and on, `!presence`
   * what a BIOS does to assert it, `!random FILE SIZE` a file of random bytes, `!same A B` two
   * files that must be the same, `!shortest IN OUT` a key of tpm_mkaik whose numbers are rewritten.
   */
  readonly run: string;
  /** Its exit code; 0 when absent. */
  readonly code?: number;
  /** Its exit code on Debian's tcsd, where that has a fault. */
  readonly debian?: number;
  /** Answers to its prompts. */
  readonly answers?: readonly string[];
  /** What it must print. */
  readonly prints?: RegExp;
}

const fails = 255;
const step = (run: string, more: Omit<ToolStep, "run"> = {}): ToolStep => ({ run, ...more });

/** Ownership and flags of a fresh TPM. */
const OWNERSHIP: readonly ToolStep[] = [
  step("tpm_version", { prints: /Chip Version: +1\.2\./ }),
  step("tpm_selftest", { prints: /Test Results/i }),
  step("tpm_selftest -r"),
  step("tpm_getpubek", { code: fails }),
  step("tpm_createek"),
  step("tpm_getpubek", { prints: /Key Size: +2048/ }),
  step("tpm_createek", { code: fails }),
  step("tpm_takeownership -y -z"),
  step("tpm_takeownership -y -z", { code: fails }),
  step("tpm_getpubek -z", { prints: /Key Size: +2048/ }),
  step("tpm_version"),
  step("tpm_setenable -s -z", { prints: /Disabled status: +false/i }),
  step("tpm_setactive -s -z", { prints: /Deactivated status: +false/i }),
  step("tpm_setownable -s -z"),
  step("tpm_setownable -p -z"),
  step("tpm_setownable -a -z"),
  step("tpm_setclearable -s -z", { prints: /false/i }),
  step("tpm_restrictpubek -s -z"),
  step("tpm_restrictpubek -r -z"),
  step("tpm_restrictsrk -s -z"),
  step("tpm_restrictsrk -a -z"),
  step("tpm_restrictsrk -r -z"),
  step("tpm_setpresence -s -z", { prints: /Physical Presence/i }),
  step("tpm_resetdalock -z"),
  step("tpm_setactive -i -t", { code: fails }),
];

const SEALING: readonly ToolStep[] = [
  step("!random plain 32"),
  step("!random plain2 5000"),
  step("tpm_sealdata -z -i plain -o sealed"),
  step("tpm_unsealdata -z -i sealed -o un"),
  step("!same plain un"),
  step("tpm_sealdata -z -p 10 -p 16 -i plain2 -o sealed2"),
  step("tpm_unsealdata -z -i sealed2 -o un2"),
  step("!same plain2 un2"),
];

const NV: readonly ToolStep[] = [
  step("tpm_nvdefine -y -i 0x1000 -s 64 -p OWNERREAD|OWNERWRITE"),
  step("tpm_nvwrite -z -i 0x1000 -s 11 -d helloworld!"),
  step("tpm_nvread -z -i 0x1000 -s 11", { prints: /helloworld!/ }),
  step("tpm_nvdefine -y -z -i 0x1001 -s 32 -p AUTHREAD|AUTHWRITE"),
  step("tpm_nvwrite -z -i 0x1001 -s 32 -m 65"),
  step("tpm_nvread -z -i 0x1001 -s 16 -n 8", { prints: /AAAAAAAAAAAAAAAA/ }),
  step("tpm_nvdefine -y -a areapw -i 0x1002 -s 32 -p AUTHREAD|AUTHWRITE"),
  step("tpm_nvwrite -pareapw -i 0x1002 -s 5 -d abcde"),
  step("tpm_nvread -pareapw -i 0x1002 -s 5", { prints: /abcde/ }),
  step("tpm_nvread -pwrongpw -i 0x1002 -s 5", { code: fails }),
  step("tpm_nvdefine -y -i 0x1003 -s 8 -p PPREAD|PPWRITE"),
  step("tpm_nvwrite -i 0x1003 -s 4 -d wxyz"),
  step("tpm_nvread -i 0x1003 -s 4", { prints: /wxyz/ }),
  step("tpm_nvdefine -y -z -i 0x1004 -s 8 -r 16 -w 16 -p AUTHREAD|AUTHWRITE"),
  step("tpm_nvwrite -z -i 0x1004 -s 4 -d pcrs"),
  step("tpm_nvinfo", { prints: /0x00001000[^]*0x00001004/ }),
  step("tpm_nvinfo -n"),
  step("tpm_nvinfo -i 0x1001", { prints: /Size +: +32/ }),
  ...["0x1000", "0x1001", "0x1002", "0x1003", "0x1004"].map((index) =>
    step(`tpm_nvrelease -y -i ${index}`)
  ),
  step("tpm_nvread -z -i 0x1000 -s 1", { code: fails }),
];

const QUOTES: readonly ToolStep[] = [
  step("tpm_mkuuid uuid"),
  step("tpm_mkaik -z aik.blob aik.pub"),
  step("tpm_loadkey aik.blob uuid"),
  step("tpm_getpcrhash uuid pcrhash pcrvals 0 1 2 10 16"),
  step("!random nonce 20"),
  step("tpm_getquote -p vals uuid nonce quote 0 1 2 10 16"),
  // libtspi writes numbers longer than OpenSSL reads them: a fault of the client.
  step("tpm_verifyquote aik.pub pcrhash nonce quote", { code: 1 }),
  step("!shortest aik.pub aik.min"),
  step("tpm_verifyquote aik.min pcrhash nonce quote"),
  step("!random nonce2 20"),
  step("tpm_verifyquote aik.min pcrhash nonce2 quote", { code: 1 }),
  step("tpm_updatepcrhash pcrhash pcrvals newhash"),
  step("!same pcrhash newhash"),
  step("tpm_unloadkey uuid"),
];

const SECRETS: readonly ToolStep[] = [
  step("tpm_changeownerauth -z -o -s", { answers: ["srk1", "srk1", "own1", "own1"] }),
  step("tpm_getpubek", { answers: ["own1"] }),
  step("tpm_getpubek -z", { code: fails }),
  step("tpm_resetdalock", { answers: ["own1"] }),
  step("tpm_sealdata -i plain -o sealed3", { answers: ["srk1"] }),
  step("tpm_unsealdata -i sealed3 -o un3", { answers: ["srk1"] }),
  step("!same plain un3"),
  step("tpm_changeownerauth -r -o -s", { answers: ["own1"] }),
  step("tpm_resetdalock -z"),
];

const PRESENCE: readonly ToolStep[] = [
  step("!presence"),
  step("tpm_setpresence -s -z"),
  step("tpm_setoperatorauth", { answers: ["op1", "op1"] }),
  step("tpm_setactive -i -t", { answers: ["op1"] }),
  step("tpm_sealdata -z -i plain -o sealed4", { code: fails }),
  step("!boot"),
  step("tpm_sealdata -z -i plain -o sealed4"),
  step("tpm_unsealdata -z -i sealed -o un5"),
  step("!same plain un5"),
  step("!presence"),
  // Its tcsd does not know TPM_PhysicalDisable.
  step("tpm_setenable -d -f", { debian: fails }),
  step("tpm_takeownership -y -z", { code: fails }),
  step("tpm_setenable -e -f"),
  step("tpm_setactive -i"),
  step("tpm_setactive -a"),
  step("tpm_setclearable -f -z"),
  step("tpm_clear -f", { code: fails }),
];

const CLEARING: readonly ToolStep[] = [
  step("!boot"),
  step("!presence"),
  step("tpm_clear -z"),
  step("!boot"),
  step("!presence"),
  step("!boot"),
  step("!presence"),
  step("tpm_getpubek", { prints: /Key Size: +2048/ }),
  step("tpm_takeownership -y -z"),
  // Another SRK: TPM_DECRYPT_ERROR, the low byte of the result.
  step("tpm_unsealdata -z -i sealed -o un6", { code: 0x21 }),
  step("tpm_setclearable -o -z"),
  step("tpm_clear -z", { code: fails }),
  step("tpm_clear -f"),
  step("!boot"),
  step("!presence"),
  step("!boot"),
  step("!presence"),
  step("tpm_takeownership -y -z"),
];

/** What an owner does with tpm-tools and tpm-quote-tools, from a TPM as it leaves the factory. */
export const OWNER_STEPS: readonly ToolStep[] = [
  ...OWNERSHIP,
  ...SEALING,
  ...NV,
  ...QUOTES,
  ...SECRETS,
];

/** The whole life of a TPM. */
export const TOOL_STEPS: readonly ToolStep[] = [
  ...OWNER_STEPS,
  ...PRESENCE,
  ...CLEARING,
];

/** An endorsement key that can be revoked, on another TPM as it leaves the factory. */
export const REVOKE_STEPS: readonly ToolStep[] = [
  step("!presence"),
  step("tpm_createek -r -g -o ekrev"),
  step("tpm_getpubek"),
  step("tpm_revokeek -i ekrev"),
  step("tpm_getpubek", { code: fails }),
  step("!presence"),
  step("!boot"),
  step("!presence"),
  step("tpm_createek -r -i ekrev"),
  step("tpm_revokeek -i nosuch", { code: fails }),
  step("tpm_revokeek -i ekrev"),
];
