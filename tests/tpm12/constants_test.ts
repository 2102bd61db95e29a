import { assert, assertEquals } from "@std/assert";
import type { Codec } from "../../lib/codec/mod.ts";
import { TPM_PERMANENT_FLAGS, TPM_STCLEAR_FLAGS } from "../../lib/tpm12/structures/mod.ts";
import * as constants from "../../lib/tpm12/constants/mod.ts";

/** Name and value of the constants whose names begin so. */
function group(prefix: string): [string, number][] {
  return Object.entries(constants).filter(([name]) =>
    name.startsWith(prefix) && !OTHER_KIND.includes(name)
  );
}

/** The high byte of TPM_ENTITY_TYPE has its own numbers. */
const OTHER_KIND = ["TPM_ET_XOR", "TPM_ET_AES128_CTR"];

Deno.test("constants of one kind have different values", () => {
  for (
    const prefix of [
      "TPM_TAG_",
      "TPM_RT_",
      "TPM_PT_",
      "TPM_ET_",
      "TPM_KH_",
      "TPM_PID_",
      "TPM_ALG_",
      "TPM_ES_",
      "TPM_SS_",
      "TPM_CAP_",
      "TPM_DELEGATE_",
      "TPM_KEY_DELEGATE_",
      "TPM_NV_PER_",
      "TPM_PHYSICAL_PRESENCE_",
      "TPM_ST_",
      "TPM_MS_",
      "TPM_PS_",
      "TPM_PF_",
      "TPM_SF_",
      "TPM_AF_",
      "TPM_SET_",
      "TPM_LOC_",
      "TPM_FAMILY_",
      "TPM_DA_ACTION_",
      "TPM_CMK_DELEGATE_",
      "TPM_TRANSPORT_",
      "TPM_NV_INDEX",
      "TPM_STARTUP_EFFECT_",
    ]
  ) {
    const values = group(prefix).map(([, value]) => value);
    assert(values.length > 2, prefix);
    assertEquals(new Set(values).size, values.length, prefix);
  }
});

Deno.test("delegation permissions are one bit each and fill their masks", () => {
  const union = (prefix: string) => group(prefix).reduce((mask, [, bit]) => (mask | bit) >>> 0, 0);
  assertEquals(union("TPM_DELEGATE_"), 0xffffffff);
  assertEquals(union("TPM_KEY_DELEGATE_"), 0x1fffffff);
});

Deno.test("bits of one kind do not overlap", () => {
  for (
    const prefix of [
      "TPM_PHYSICAL_PRESENCE_",
      "TPM_NV_PER_",
      "TPM_DA_ACTION_",
      "TPM_CMK_DELEGATE_",
      "TPM_TRANSPORT_",
      "TPM_STARTUP_EFFECT_",
      "TPM_FAMFLAG_",
    ]
  ) {
    for (const [name, bit] of group(prefix)) {
      assertEquals(Math.log2(bit) % 1, 0, `${name} is one bit`);
    }
  }
});

Deno.test("the numbers of flags follow their structures", () => {
  const fields = (codec: Codec<unknown>) =>
    codec.parts?.kind === "fields" ? Object.keys(codec.parts.fields).slice(1) : [];
  const spelled = (prefix: string) =>
    group(prefix).sort(([, a], [, b]) => a - b).map(([name]) =>
      name.slice(prefix.length).replaceAll("_", "")
    );
  const upper = (names: string[]) => names.map((name) => name.toUpperCase());
  assertEquals(upper(fields(TPM_PERMANENT_FLAGS)), spelled("TPM_PF_"));
  assertEquals(upper(fields(TPM_STCLEAR_FLAGS)), spelled("TPM_SF_"));
});

Deno.test("constants have the values of Part 2", () => {
  assertEquals(constants.TPM_TAG_RQU_AUTH1_COMMAND, 0xc2);
  assertEquals(constants.TPM_TAG_KEY12, 0x28);
  assertEquals(constants.TPM_TAG_QUOTE_INFO2, 0x36);
  assertEquals(constants.TPM_KH_SRK, 0x40000000);
  assertEquals(constants.TPM_KH_EK, 0x40000006);
  assertEquals(constants.TPM_ET_NV, 0x0b);
  assertEquals(constants.TPM_PID_DSAP, 6);
  assertEquals(constants.TPM_CAP_VERSION_VAL, 0x1a);
  assertEquals(constants.TPM_CAP_PROP_INPUT_BUFFER, 0x124);
  assertEquals(constants.TPM_NV_PER_OWNERREAD, 0x20000);
  assertEquals(constants.TPM_KEY_DELEGATE_Seal, 2);
  assertEquals(constants.TPM_DELEGATE_OwnerClear, 0x10000);
  assertEquals(constants.TPM_MIGRATABLE | constants.TPM_MIGRATEAUTHORITY, 0x12);
  assertEquals(constants.TPM_NO_READ_PUBKEY_AUTH, 3);
  assertEquals(constants.TPM_LOC_ALL, 0x1f);
  assertEquals(constants.TPM_CMK_DELEGATE_MIGRATE, 0x08000000);
  assertEquals(constants.TPM_NV_INDEX_DIR, 0x10000001);
  assertEquals(constants.TPM_CAP_FLAG_VOLATILE, 0x109);
  assertEquals(constants.DAA_SIZE_r4, 219);
});
