import { onlyField, wantsLoadkeyInfo } from "../conversion.ts";
import { type Operation, operation, OWN_ORDINALS } from "../operation.ts";
import {
  auth,
  authOr,
  bool,
  encAuth,
  keyInfo,
  list,
  loadkeyInfo,
  sized,
  type Slot,
  u32,
  uuid,
} from "../slot.ts";

/** TCS_E_KM_LOADFAILED of the TCS layer. */
const TCS_E_KM_LOADFAILED = 0x20ca;

/** TPM_LoadKey and TPM_LoadKey2 have the same parameters. */
const LOAD_KEY_IN: readonly Slot[] = [
  u32("hUnwrappingKey"),
  sized("rgbWrappedKeyBlob"),
  authOr("omitted", 0),
];

/** Registered keys and loaded keys. */
export const KEY_OPERATIONS: readonly Operation[] = [
  operation({
    ordinal: 5,
    name: "REGISTERKEY",
    method: "registerKey",
    remote: ["registerkey"],
    in: [uuid("wrappingKeyUUID"), uuid("keyUUID"), sized("rgbKey"), sized("gbVendorData")],
  }),
  operation({
    ordinal: 6,
    name: "UNREGISTERKEY",
    method: "unregisterKey",
    remote: ["unregisterkey"],
    in: [uuid("keyUUID")],
  }),
  operation({
    ordinal: 7,
    name: "ENUMREGISTEREDKEYS",
    method: "enumRegisteredKeys",
    in: [uuid("keyUUID", { optional: true })],
    out: [list("KM_KEYINFO", "keyHierarchy")],
    conversion: onlyField("keyHierarchy"),
  }),
  operation({
    ordinal: 8,
    name: "GETREGISTEREDKEY",
    method: "getRegisteredKey",
    trousers: "refused",
    in: [uuid("keyUUID")],
    out: [keyInfo("keyInfo")],
    conversion: onlyField("keyInfo"),
  }),
  operation({
    ordinal: 9,
    name: "GETREGISTEREDKEYBLOB",
    method: "getRegisteredKeyBlob",
    remote: ["+storedKeys"],
    in: [uuid("keyUUID")],
    out: [sized("prgbKey")],
  }),
  operation({
    ordinal: 10,
    name: "GETREGISTEREDKEYBYPUBLICINFO",
    method: "getRegisteredKeyByPublicInfo",
    remote: ["getregisteredkeybypublicinfo"],
    in: [u32("algID"), sized("rgbPublicInfo")],
    out: [sized("keyBlob")],
  }),
  operation({
    ordinal: 11,
    name: "LOADKEYBYBLOB",
    method: "loadKeyByBlob",
    remote: ["registerkey", "loadkey"],
    in: LOAD_KEY_IN,
    out: [authOr("omitted", 0), u32("hKeyTCSI"), u32("hKeyHMAC", { otherwise: 0 })],
  }),
  operation({
    ordinal: 12,
    name: "LOADKEYBYUUID",
    method: "loadKeyByUUID",
    remote: ["+storedKeys"],
    in: [uuid("keyUUID"), loadkeyInfo("loadkeyInfo", { optional: true })],
    out: [u32("hKeyTCSI"), loadkeyInfo("loadkeyInfo", { optional: true })],
    conversion: wantsLoadkeyInfo(TCS_E_KM_LOADFAILED),
    failure: { result: TCS_E_KM_LOADFAILED, out: [loadkeyInfo("loadkeyInfo")] },
  }),
  operation({ ordinal: 13, name: "EVICTKEY", method: "evictKey", in: [u32("hKey")] }),
  operation({
    ordinal: 14,
    name: "CREATEWRAPKEY",
    method: "createWrapKey",
    command: "TPM_CreateWrapKey",
    remote: ["createkey"],
    in: [
      u32("parentHandle"),
      encAuth("dataUsageAuth"),
      encAuth("dataMigrationAuth"),
      sized("keyInfo"),
      authOr("omitted", 0),
    ],
    out: [sized("wrappedKey"), authOr("omitted", 0)],
  }),
  operation({
    ordinal: 15,
    name: "GETPUBKEY",
    method: "getPubKey",
    command: "TPM_GetPubKey",
    remote: ["getpubkey"],
    in: [u32("keyHandle"), authOr("omitted", 0)],
    out: [authOr("omitted", 0), sized("pubKey")],
  }),
  operation({
    ordinal: 100,
    name: "OWNERREADINTERNALPUB",
    method: "ownerReadInternalPub",
    command: "TPM_OwnerReadInternalPub",
    in: [u32("keyHandle"), auth(0)],
    out: [auth(0), sized("publicPortion")],
  }),
  operation({
    ordinal: 101,
    name: "ENUMREGISTEREDKEYS2",
    method: "enumRegisteredKeys2",
    in: [uuid("keyUUID", { optional: true })],
    out: [list("KM_KEYINFO2", "keyHierarchy")],
    conversion: onlyField("keyHierarchy"),
  }),
  operation({
    ordinal: 121,
    name: "KEYCONTROLOWNER",
    method: "keyControlOwner",
    command: "TPM_KeyControlOwner",
    in: [u32("keyHandle"), sized("pubKey"), u32("bitName"), bool("bitValue"), auth(0)],
    out: [auth(0), uuid("uuidData")],
  }),
  operation({
    ordinal: OWN_ORDINALS + 0,
    name: "LOADKEY2BYBLOB",
    method: "loadKey2ByBlob",
    remote: ["registerkey", "loadkey"],
    trousers: "unknown",
    in: LOAD_KEY_IN,
    out: [authOr("omitted", 0), u32("hKeyTCSI")],
  }),
];
