/** Direct anonymous attestation: a TPM signs as one of an issuer's, and nobody sees which. */
import { generateRsaKey, seededRandom, sha1, signPkcs1Sha1 } from "../lib/crypto/mod.ts";
import * as tss from "../lib/tspi/mod.ts";
import { assertEquals } from "./assert.ts";

// The issuer, without TPM. Known random bytes make its key quickly, and worthless: leave them out.
await using issuer = tss.Context.create({ random: seededRandom(new TextEncoder().encode("k0")) });
const issuerKey = issuer.createDaaIssuerKey();
issuerKey.generateKey(new TextEncoder().encode("issuer.example"));
const rsaKey = generateRsaKey(2048, 65537, issuer.random);
const root = issuer.createRsaKey(tss.TSS_KEY_TYPE_SIGNING | tss.TSS_KEY_SIZE_2048);
const { TSS_TSPATTRIB_RSAKEY_INFO: info, TSS_TSPATTRIB_KEYINFO_RSA_MODULUS: part } = tss;
await root.setAttribData(info, part, { value: rsaKey.publicKey.modulus });
const issuerAuthPKSignatures = [signPkcs1Sha1(rsaKey, sha1(issuerKey.settingsToSign(root)))];

// The platform and its TPM join.
await using context = tss.Context.create();
await context.connect("emulator");
const { tpm } = context;
await tpm.createEndorsementKey(context.createRsaKey(tss.TSS_KEY_SIZE_2048));
context.getDefaultPolicy().setSecret(tss.TSS_SECRET_MODE_PLAIN, "owner secret");
await tpm.takeOwnership(context.createRsaKey(tss.TSS_KEY_TSP_SRK));
const chain = { daaCounter: 1, issuerAuthPKs: [root], issuerAuthPKSignatures };
const { joinSession, ...begun } = await tpm.daaJoinInit(issuerKey, chain);
const challenge = issuerKey.initCredential(root, { ...begun, daaCounter: 1 });
const credential = context.createDaaCredential();
const request = await tpm.daaJoinCreateDaaPubKey(credential, { ...challenge, joinSession });
const credIssuer = issuerKey.issueCredential(request, challenge);
await tpm.daaJoinStoreCredential(credential, { credIssuer, joinSession });

// A verifier asks, the platform signs, the verifier sees that it is one of the issuer's.
const verifier = issuer.createDaaCredential();
const { nonceVerifier: verifierNonce } = verifier.verifierInit();
const signData = context.createHash();
signData.updateHashValue(new TextEncoder().encode("signed by nobody knows which"));
const daaSignature = await tpm.daaSign(credential, { signData, verifierNonce });
const asked = { signData, verifierNonce, daaSignature };
assertEquals(await verifier.verifySignature(issuerKey, asked), true);
console.log("a TPM of issuer.example has signed");
