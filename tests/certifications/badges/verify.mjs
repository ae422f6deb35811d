// Verifies a badge by the library jose, which shares no line with ours: node verify.mjs JOSE < {badge, lists, jwks}
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const { createLocalJWKSet, compactVerify } = await import(process.argv[2]);
const { badge, lists, jwks } = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(jwks);

async function open(token) {
  // A badge names its key by address, the set by thumbprint: the header that jose sees has to name it as the set does.
  const [header] = token.split(".");
  const kid = JSON.parse(Buffer.from(header, "base64url")).kid.split("/").at(-2);
  const key = await keys({ alg: "EdDSA", kid });
  const { payload } = await compactVerify(token, key, { algorithms: ["EdDSA"] });
  return JSON.parse(new TextDecoder().decode(payload));
}

const credential = await open(badge);
const states = {};
for (const entry of credential.credentialStatus) {
  for (const list of await Promise.all(lists.map(open))) {
    if (list.id !== entry.statusListCredential) continue;
    const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), "base64url"));
    const index = Number(entry.statusListIndex);
    states[entry.statusPurpose] = Boolean(bits[index >> 3] & (0x80 >> (index & 7)));
  }
}
process.stdout.write(JSON.stringify({ id: credential.id, states }));
