import { TcsiAdmin } from "./tcsi_admin.ts";
import type { TcsRequest, TcsResponse } from "./tcs_command.ts";

/** The part of the TCSI that uses the TPM: keys, sessions, transport, PCRs, data, signatures, migration, DAA. */
export abstract class TcsiCommands extends TcsiAdmin {
  /** `Tcsip_CreateWrapKey`: makes a key under a parent (TPM_CreateWrapKey). */
  createWrapKey(
    request: TcsRequest<"TPM_CreateWrapKey">,
  ): Promise<TcsResponse<"TPM_CreateWrapKey">> {
    return this.command("TPM_CreateWrapKey", request);
  }

  /** `Tcsip_GetPubKey`: the public part of a key (TPM_GetPubKey). */
  getPubKey(request: TcsRequest<"TPM_GetPubKey">): Promise<TcsResponse<"TPM_GetPubKey">> {
    return this.command("TPM_GetPubKey", request);
  }

  /** `Tcsip_OwnerReadInternalPub`: the public part of the EK or SRK, for the owner (TPM_OwnerReadInternalPub). */
  ownerReadInternalPub(
    request: TcsRequest<"TPM_OwnerReadInternalPub">,
  ): Promise<TcsResponse<"TPM_OwnerReadInternalPub">> {
    return this.command("TPM_OwnerReadInternalPub", request);
  }

  /** `Tcsip_MakeIdentity2`: makes an identity key (TPM_MakeIdentity). */
  makeIdentity2(request: TcsRequest<"TPM_MakeIdentity">): Promise<TcsResponse<"TPM_MakeIdentity">> {
    return this.command("TPM_MakeIdentity", request);
  }

  /** `Tcsip_ActivateTPMIdentity`: opens the session key of an identity credential (TPM_ActivateIdentity). */
  activateTPMIdentity(
    request: TcsRequest<"TPM_ActivateIdentity">,
  ): Promise<TcsResponse<"TPM_ActivateIdentity">> {
    return this.command("TPM_ActivateIdentity", request);
  }

  /** `Tcsip_OIAP`: opens a session for any entity; it is this context's (TPM_OIAP). */
  oiap(request: TcsRequest<"TPM_OIAP">): Promise<TcsResponse<"TPM_OIAP">> {
    return this.command("TPM_OIAP", request);
  }

  /** `Tcsip_OSAP`: opens a session for one entity; it is this context's (TPM_OSAP). */
  osap(request: TcsRequest<"TPM_OSAP">): Promise<TcsResponse<"TPM_OSAP">> {
    return this.command("TPM_OSAP", request);
  }

  /** `Tcsip_DSAP`: opens a session for a delegation; it is this context's (TPM_DSAP). */
  dsap(request: TcsRequest<"TPM_DSAP">): Promise<TcsResponse<"TPM_DSAP">> {
    return this.command("TPM_DSAP", request);
  }

  /** `Tcsip_ChangeAuth`: changes the secret of a key or of sealed data (TPM_ChangeAuth). */
  changeAuth(request: TcsRequest<"TPM_ChangeAuth">): Promise<TcsResponse<"TPM_ChangeAuth">> {
    return this.command("TPM_ChangeAuth", request);
  }

  /** `Tcsip_ChangeAuthOwner`: changes the secret of the owner or of the SRK (TPM_ChangeAuthOwner). */
  changeAuthOwner(
    request: TcsRequest<"TPM_ChangeAuthOwner">,
  ): Promise<TcsResponse<"TPM_ChangeAuthOwner">> {
    return this.command("TPM_ChangeAuthOwner", request);
  }

  /** `Tcsip_ChangeAuthAsymStart`: begins a change of secret that the parent cannot see (TPM_ChangeAuthAsymStart). */
  changeAuthAsymStart(
    request: TcsRequest<"TPM_ChangeAuthAsymStart">,
  ): Promise<TcsResponse<"TPM_ChangeAuthAsymStart">> {
    return this.command("TPM_ChangeAuthAsymStart", request);
  }

  /** `Tcsip_ChangeAuthAsymFinish`: ends a change of secret that the parent cannot see (TPM_ChangeAuthAsymFinish). */
  changeAuthAsymFinish(
    request: TcsRequest<"TPM_ChangeAuthAsymFinish">,
  ): Promise<TcsResponse<"TPM_ChangeAuthAsymFinish">> {
    return this.command("TPM_ChangeAuthAsymFinish", request);
  }

  /** `Tcsip_TerminateHandle`: closes an authorisation session (TPM_Terminate_Handle). */
  terminateHandle(
    request: TcsRequest<"TPM_Terminate_Handle">,
  ): Promise<TcsResponse<"TPM_Terminate_Handle">> {
    return this.command("TPM_Terminate_Handle", request);
  }

  /** `Tcsip_FlushSpecific`: lets a resource of this context go (TPM_FlushSpecific). */
  flushSpecific(
    request: TcsRequest<"TPM_FlushSpecific">,
  ): Promise<TcsResponse<"TPM_FlushSpecific">> {
    return this.command("TPM_FlushSpecific", request);
  }

  /** `Tcsip_EstablishTransport`: opens a transport session; it is this context's (TPM_EstablishTransport). */
  establishTransport(
    request: TcsRequest<"TPM_EstablishTransport">,
  ): Promise<TcsResponse<"TPM_EstablishTransport">> {
    return this.command("TPM_EstablishTransport", request);
  }

  /** `Tcsip_ExecuteTransport`: executes a command in a transport session (TPM_ExecuteTransport). */
  executeTransport(
    request: TcsRequest<"TPM_ExecuteTransport">,
  ): Promise<TcsResponse<"TPM_ExecuteTransport">> {
    return this.command("TPM_ExecuteTransport", request);
  }

  /** `Tcsip_ReleaseTransportSigned`: closes a transport session and signs its log (TPM_ReleaseTransportSigned). */
  releaseTransportSigned(
    request: TcsRequest<"TPM_ReleaseTransportSigned">,
  ): Promise<TcsResponse<"TPM_ReleaseTransportSigned">> {
    return this.command("TPM_ReleaseTransportSigned", request);
  }

  /** `Tcsip_Extend`: extends a PCR (TPM_Extend). */
  extend(request: TcsRequest<"TPM_Extend">): Promise<TcsResponse<"TPM_Extend">> {
    return this.command("TPM_Extend", request);
  }

  /** `Tcsip_PcrRead`: the value of a PCR (TPM_PCRRead). */
  pcrRead(request: TcsRequest<"TPM_PCRRead">): Promise<TcsResponse<"TPM_PCRRead">> {
    return this.command("TPM_PCRRead", request);
  }

  /** `Tcsip_PcrReset`: resets PCRs (TPM_PCR_Reset). */
  pcrReset(request: TcsRequest<"TPM_PCR_Reset">): Promise<TcsResponse<"TPM_PCR_Reset">> {
    return this.command("TPM_PCR_Reset", request);
  }

  /** `Tcsip_Quote`: signs PCRs (TPM_Quote). */
  quote(request: TcsRequest<"TPM_Quote">): Promise<TcsResponse<"TPM_Quote">> {
    return this.command("TPM_Quote", request);
  }

  /** `Tcsip_Quote2`: signs PCRs, locality and version (TPM_Quote2). */
  quote2(request: TcsRequest<"TPM_Quote2">): Promise<TcsResponse<"TPM_Quote2">> {
    return this.command("TPM_Quote2", request);
  }

  /** `Tcsip_DirWriteAuth`: writes a data integrity register (TPM_DirWriteAuth). */
  dirWriteAuth(request: TcsRequest<"TPM_DirWriteAuth">): Promise<TcsResponse<"TPM_DirWriteAuth">> {
    return this.command("TPM_DirWriteAuth", request);
  }

  /** `Tcsip_DirRead`: reads a data integrity register (TPM_DirRead). */
  dirRead(request: TcsRequest<"TPM_DirRead">): Promise<TcsResponse<"TPM_DirRead">> {
    return this.command("TPM_DirRead", request);
  }

  /** `Tcsip_Seal`: seals data to this TPM and to PCRs (TPM_Seal). */
  seal(request: TcsRequest<"TPM_Seal">): Promise<TcsResponse<"TPM_Seal">> {
    return this.command("TPM_Seal", request);
  }

  /** `Tcsip_Unseal`: opens sealed data (TPM_Unseal). */
  unseal(request: TcsRequest<"TPM_Unseal">): Promise<TcsResponse<"TPM_Unseal">> {
    return this.command("TPM_Unseal", request);
  }

  /** `Tcsip_Sealx`: seals data that comes encrypted (TPM_Sealx). */
  sealx(request: TcsRequest<"TPM_Sealx">): Promise<TcsResponse<"TPM_Sealx">> {
    return this.command("TPM_Sealx", request);
  }

  /** `Tcsip_UnBind`: decrypts data that was bound to a key (TPM_UnBind). */
  unBind(request: TcsRequest<"TPM_UnBind">): Promise<TcsResponse<"TPM_UnBind">> {
    return this.command("TPM_UnBind", request);
  }

  /** `Tcsip_CertifyKey`: certifies a key (TPM_CertifyKey). */
  certifyKey(request: TcsRequest<"TPM_CertifyKey">): Promise<TcsResponse<"TPM_CertifyKey">> {
    return this.command("TPM_CertifyKey", request);
  }

  /** `Tcsip_CertifyKey2`: certifies a key, certified migratable ones too (TPM_CertifyKey2). */
  certifyKey2(request: TcsRequest<"TPM_CertifyKey2">): Promise<TcsResponse<"TPM_CertifyKey2">> {
    return this.command("TPM_CertifyKey2", request);
  }

  /** `Tcsip_Sign`: signs (TPM_Sign). */
  sign(request: TcsRequest<"TPM_Sign">): Promise<TcsResponse<"TPM_Sign">> {
    return this.command("TPM_Sign", request);
  }

  /** `Tcsip_TickStampBlob`: signs a digest with the time (TPM_TickStampBlob). */
  tickStampBlob(
    request: TcsRequest<"TPM_TickStampBlob">,
  ): Promise<TcsResponse<"TPM_TickStampBlob">> {
    return this.command("TPM_TickStampBlob", request);
  }

  /** `Tcsip_CreateMigrationBlob`: prepares a key for another parent (TPM_CreateMigrationBlob). */
  createMigrationBlob(
    request: TcsRequest<"TPM_CreateMigrationBlob">,
  ): Promise<TcsResponse<"TPM_CreateMigrationBlob">> {
    return this.command("TPM_CreateMigrationBlob", request);
  }

  /** `Tcsip_ConvertMigrationBlob`: takes a migrated key in (TPM_ConvertMigrationBlob). */
  convertMigrationBlob(
    request: TcsRequest<"TPM_ConvertMigrationBlob">,
  ): Promise<TcsResponse<"TPM_ConvertMigrationBlob">> {
    return this.command("TPM_ConvertMigrationBlob", request);
  }

  /** `Tcsip_AuthorizeMigrationKey`: the owner allows a migration target (TPM_AuthorizeMigrationKey). */
  authorizeMigrationKey(
    request: TcsRequest<"TPM_AuthorizeMigrationKey">,
  ): Promise<TcsResponse<"TPM_AuthorizeMigrationKey">> {
    return this.command("TPM_AuthorizeMigrationKey", request);
  }

  /** `Tcsip_MigrateKey`: the migration authority moves a key on (TPM_MigrateKey). */
  migrateKey(request: TcsRequest<"TPM_MigrateKey">): Promise<TcsResponse<"TPM_MigrateKey">> {
    return this.command("TPM_MigrateKey", request);
  }

  /** `Tcsip_CMK_SetRestrictions`: restricts what delegations may migrate (TPM_CMK_SetRestrictions). */
  cmkSetRestrictions(
    request: TcsRequest<"TPM_CMK_SetRestrictions">,
  ): Promise<TcsResponse<"TPM_CMK_SetRestrictions">> {
    return this.command("TPM_CMK_SetRestrictions", request);
  }

  /** `Tcsip_CMK_ApproveMA`: the owner approves migration authorities (TPM_CMK_ApproveMA). */
  cmkApproveMA(
    request: TcsRequest<"TPM_CMK_ApproveMA">,
  ): Promise<TcsResponse<"TPM_CMK_ApproveMA">> {
    return this.command("TPM_CMK_ApproveMA", request);
  }

  /** `Tcsip_CMK_CreateKey`: makes a certified migratable key (TPM_CMK_CreateKey). */
  cmkCreateKey(
    request: TcsRequest<"TPM_CMK_CreateKey">,
  ): Promise<TcsResponse<"TPM_CMK_CreateKey">> {
    return this.command("TPM_CMK_CreateKey", request);
  }

  /** `Tcsip_CMK_CreateTicket`: has a signature of an authority checked (TPM_CMK_CreateTicket). */
  cmkCreateTicket(
    request: TcsRequest<"TPM_CMK_CreateTicket">,
  ): Promise<TcsResponse<"TPM_CMK_CreateTicket">> {
    return this.command("TPM_CMK_CreateTicket", request);
  }

  /** `Tcsip_CMK_CreateBlob`: prepares a certified migratable key for another parent (TPM_CMK_CreateBlob). */
  cmkCreateBlob(
    request: TcsRequest<"TPM_CMK_CreateBlob">,
  ): Promise<TcsResponse<"TPM_CMK_CreateBlob">> {
    return this.command("TPM_CMK_CreateBlob", request);
  }

  /** `Tcsip_CMK_ConvertMigration`: takes a certified migratable key in (TPM_CMK_ConvertMigration). */
  cmkConvertMigration(
    request: TcsRequest<"TPM_CMK_ConvertMigration">,
  ): Promise<TcsResponse<"TPM_CMK_ConvertMigration">> {
    return this.command("TPM_CMK_ConvertMigration", request);
  }

  /** `Tcsip_TPM_DAA_Join`: one stage of joining a DAA issuer (TPM_DAA_Join). */
  daaJoin(request: TcsRequest<"TPM_DAA_Join">): Promise<TcsResponse<"TPM_DAA_Join">> {
    return this.command("TPM_DAA_Join", request);
  }

  /** `Tcsip_TPM_DAA_Sign`: one stage of a DAA signature (TPM_DAA_Sign). */
  daaSign(request: TcsRequest<"TPM_DAA_Sign">): Promise<TcsResponse<"TPM_DAA_Sign">> {
    return this.command("TPM_DAA_Sign", request);
  }
}
