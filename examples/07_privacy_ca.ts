/** A privacy CA certifies a key of a TPM without telling anybody which TPM it is in. */
import { encode } from "../lib/codec/mod.ts";
import { certificateIsSignedBy, decodeCertificate } from "../lib/formats/mod.ts";
import { utf16le } from "../lib/tcs/unicode.ts";
import { TPM_PUBKEY } from "../lib/tpm12/mod.ts";
import * as T from "../lib/tspi/mod.ts";
import { assert } from "./assert.ts";
import { Manufacturer, PrivacyCa } from "./privacy_ca.ts";

const manufacturer = new Manufacturer("Maker of TPMs");
const ca = new PrivacyCa("Privacy CA", manufacturer.key.publicKey);

// The platform: a TPM with an owner and a certificate of its endorsement key.
await using context = T.Context.create();
await context.connect("emulator");
const { tpm } = context;
context.getDefaultPolicy().setSecret(T.TSS_SECRET_MODE_PLAIN, "owner secret");
const endorsementKey = context.createRsaKey(T.TSS_KEY_TYPE_LEGACY | T.TSS_KEY_SIZE_2048);
await tpm.createEndorsementKey(endorsementKey);
const srk = context.createRsaKey(T.TSS_KEY_TSP_SRK);
await tpm.takeOwnership(srk);
tpm.credentials.endorsement = await manufacturer.certify(endorsementKey.publicKey);

// It makes an identity and asks the CA for a certificate, which only this TPM can decrypt.
const caPubKey = context.createRsaKey(T.TSS_KEY_TYPE_LEGACY);
caPubKey.publicBlob = encode(TPM_PUBKEY, ca.pubKey);
const identityKey = context.createRsaKey(T.TSS_KEY_TYPE_IDENTITY | T.TSS_KEY_SIZE_2048);
const identityLabelData = utf16le("Alice's machine");
const algID = T.TSS_ALG_AES;
const details = { identityLabelData, identityKey, algID };
const request = await tpm.collateIdentityRequest(srk, caPubKey, details);
const answer = await ca.answer(request);
await identityKey.loadKey(srk);
const certificate = decodeCertificate(await tpm.activateIdentity(identityKey, answer));
console.log(`certified: ${certificate.publicKey.modulus.toHex().slice(0, 32)}…`);
assert(certificateIsSignedBy(certificate, ca.key.publicKey), "the CA has not signed it");
