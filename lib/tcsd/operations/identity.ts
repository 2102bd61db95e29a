import { type Operation, operation } from "../operation.ts";
import { auth, authOr, bool, digest, encAuth, nonce, sized, u32 } from "../slot.ts";

/** Identities and the endorsement key. */
export const IDENTITY_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 16,
    name: "MAKEIDENTITY",
    method: "makeIdentity",
    in: [
      encAuth("identityAuth"),
      digest("labelPrivCADigest"),
      sized("idKeyParams"),
      authOr("omitted", 0),
      auth(1),
    ],
    out: [
      authOr("omitted", 0),
      auth(1),
      sized("idKey"),
      sized("identityBinding"),
      sized("endorsementCredential"),
      sized("platformCredential"),
      sized("conformanceCredential"),
    ],
  }),
  operation({
    ordinal: 30,
    name: "ACTIVATETPMIDENTITY",
    method: "activateTPMIdentity",
    in: [u32("idKeyHandle"), sized("blob"), authOr("omitted", 0), auth(1)],
    out: [authOr("omitted", 0), auth(1), sized("symmetricKey")],
  }),
  operation({
    ordinal: 49,
    name: "CREATEENDORSEMENTKEYPAIR",
    method: "createEndorsementKeyPair",
    in: [nonce("antiReplay"), sized("keyInfo")],
    out: [sized("pubEndorsementKey"), digest("checksum")],
  }),
  operation({
    ordinal: 50,
    name: "READPUBEK",
    method: "readPubek",
    remote: ["readpubek"],
    in: [nonce("antiReplay")],
    out: [sized("pubEndorsementKey"), digest("checksum")],
  }),
  operation({
    ordinal: 51,
    name: "DISABLEPUBEKREAD",
    method: "disablePubekRead",
    in: [auth(0)],
    out: [auth(0)],
  }),
  operation({
    ordinal: 52,
    name: "OWNERREADPUBEK",
    method: "ownerReadPubek",
    in: [auth(0)],
    out: [auth(0), sized("pubEndorsementKey")],
  }),
  operation({
    ordinal: 110,
    name: "CREATEREVOCABLEENDORSEMENTKEYPAIR",
    method: "createRevocableEndorsementKeyPair",
    in: [
      nonce("antiReplay"),
      sized("keyInfo"),
      bool("generateReset"),
      digest("inputEKreset"),
    ],
    out: [digest("outputEKreset"), sized("pubEndorsementKey"), digest("checksum")],
  }),
  operation({
    ordinal: 111,
    name: "REVOKEENDORSEMENTKEYPAIR",
    method: "revokeEndorsementKeyPair",
    in: [digest("EKReset")],
  }),
  operation({
    ordinal: 112,
    name: "MAKEIDENTITY2",
    method: "makeIdentity2",
    trousers: "refused",
    in: [
      encAuth("identityAuth"),
      digest("labelPrivCADigest"),
      sized("idKeyParams"),
      authOr("omitted", 0),
      auth(1),
    ],
    out: [authOr("omitted", 0), auth(1), sized("idKey"), sized("identityBinding")],
  }),
];
