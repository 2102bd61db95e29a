import type { ExpectedFailure } from "./matrix/verdict.ts";
import type { PathName } from "./paths.ts";

/** The paths through Debian's tcsd. */
const DEBIAN: readonly PathName[] = ["debian-emulator", "debian-swtpm"];

/** What its tcsd answers to an operation that it does not know. */
const UNKNOWN = "TSS_E_FAIL";

/** The tests that cannot pass on some paths, and why; `deno task test:matrix` holds them to it. */
export const EXPECTED_FAILURES: readonly ExpectedFailure[] = [
  {
    reason: "Debian's tcsd has no operation for TPM_CertifyKey2",
    paths: DEBIAN,
    error: `TPM_CertifyKey2: ${UNKNOWN}`,
    tests: {
      key: ["certifyKey() finds the command for every mixture of keys with and without secret"],
      cmk: [
        "a certified migratable key is certified as what its authorities are",
        "a certified migratable key that has migrated is certified as such",
      ],
    },
  },
  {
    reason: "Debian's tcsd has no operation for TPM_MigrateKey",
    paths: DEBIAN,
    error: `TPM_MigrateKey: ${UNKNOWN}`,
    tests: {
      cmk: ["a certified migratable key migrates by way of an authority"],
      migration: [
        "a migration authority sends a key on that it cannot read",
        "only a migration authority's key sends on",
      ],
    },
  },
  {
    reason: "Debian's tcsd has no operation for TPM_ChangeAuthAsymStart",
    paths: DEBIAN,
    error: `TPM_ChangeAuthAsymStart: ${UNKNOWN}`,
    tests: {
      change_auth_asym: [
        "a key under a storage key gets a secret that its parent does not see",
        "under the SRK the owner authorises that a key gets another secret",
        "sealed data gets a secret that its parent does not see",
        "changeAuthAsym() takes the old secret, a loaded parent and a loaded identity",
        "changeAuthAsym() refuses an ephemeral key that the identity does not vouch for",
      ],
      callbacks: ["the callback of change auth asym hides the new secret"],
    },
  },
  {
    reason:
      "Debian's tcsd asks the TPM which keys it holds before each use of one, which ends an exclusive session",
    paths: DEBIAN,
    error: "TSS_E_TSP_TRANS_NOTEXCLUSIVE",
    tests: {
      transport: ["everything goes on inside an exclusive session, too, eviction included"],
    },
  },
  {
    reason:
      "Debian's tcsd does so as the session is to be signed, and then refuses to flush what is gone",
    paths: DEBIAN,
    error: "SuppressedError",
    tests: { transport: ["an exclusive session ends when another command comes between"] },
  },
  {
    reason: "Debian's tcsd has no operation for TPM_GetCapabilitySigned",
    paths: DEBIAN,
    error: `TPM_GetCapabilitySigned: ${UNKNOWN}`,
    tests: {
      records: [
        "getCapabilitySigned() has a key sign a capability, on a TPM that still can",
        "a TPM of 1.2 does not know the commands that it dropped",
      ],
    },
  },
  {
    reason:
      "Debian's tcsd passes TSC_PhysicalPresence on in single-user mode alone (run level s, S or 1)",
    paths: DEBIAN,
    error: "TSC_PhysicalPresence: TSS_E_NOTIMPL",
    tests: { tpm: ["setStatus() sets physical presence and what it stands for"] },
  },
  {
    reason: "Debian's tcsd always sends TPM_Unseal with the parent's authorisation",
    paths: DEBIAN,
    error: "TPM_Unseal: TSS_E_TSP_AUTHFAIL",
    tests: { enc_data: ["seal() and unseal() work with a key that takes no authorisation"] },
  },
  {
    reason:
      "Debian's tcsd, loading a key a second time, forgets the TPM's first handle and never evicts it",
    paths: DEBIAN,
    error: "the TPM still holds something",
    tests: {
      context: [
        "loadKeyByBlob() loads a key under its parent",
        "a registered key is loaded by its UUID in another context (storage 1)",
        "unregisterKey() takes a key out and gives it (storage 1)",
        "unregisterKey() takes a key out and gives it (storage 2)",
        "loadKeyByUUID() proves the secrets of parents that ask for them (storage 1)",
      ],
    },
  },
  {
    reason:
      "Debian's tcsd does not note that a context may use a key that it loads by UUID when it knows the key already",
    paths: DEBIAN,
    error: "TCS_E_INVALID_KEY",
    tests: {
      context: [
        "a registered key is loaded by its UUID in another context (storage 2)",
        "loadKeyByUUID() proves the secrets of parents that ask for them (storage 2)",
      ],
    },
  },
  {
    reason: "Debian's tcsd registers keys under parents that it does not know",
    paths: DEBIAN,
    error: "Expected function to reject",
    tests: { context: ["registerKey() refuses a UUID twice and unknown parents (storage 2)"] },
  },
  {
    reason:
      "Debian's tcsd dies of the answer to TPM_CreateMaintenanceArchive, in which it looks for a second authorisation",
    paths: ["debian-emulator"],
    error: "closed the connection",
    tests: {
      maintenance: [
        "an archive hidden by a random number makes another TPM the one it was made by",
        "an archive hidden by the owner's secret makes another TPM the one it was made by",
        "createMaintenanceArchive() takes the owner, and the key of the TPM's maker",
      ],
    },
  },
  {
    reason: "Debian's tcsd cannot encode a TPM_COUNTER_VALUE, and dies of it",
    paths: DEBIAN,
    error: "closed the connection",
    tests: {
      records: ["readCounter() tells the counter that was incremented, and there is none before"],
    },
  },
  {
    reason: "Debian's tcsd is built without its operations for TPM_DAA_Join and TPM_DAA_Sign",
    paths: DEBIAN,
    error: `TPM_DAA_Join: ${UNKNOWN}`,
    tests: {
      daa: [
        "a platform joins, signs, and a verifier without TPM agrees",
        "nobody but the owner signs, and with the TPM's own blobs alone",
        "signatures under one name are linked, and the name is proved",
        "attributes are revealed or committed to as the signer says",
        "an authority lifts anonymity on its condition alone",
        "callbacks prove and check more than the signature does",
      ],
      daa_join: [
        "a join that the owner does not authorise, or whose chain is wrong, does not begin",
        "the parts of a join come in their order, once each",
        "an issuer refuses requests that prove nothing, and joins of others",
        "an issuer takes the endorsement key from its certificate, too",
        "a join that is not finished leaves the TPM with its credential object",
      ],
    },
  },
];
