// A certified OpenID provider, as its own defaults have it, for one client.
// Usage: node provider.mjs ISSUER CERTIFICATE KEY CLIENT, where CLIENT is JSON.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { Provider } from "oidc-provider";

const [issuer, cert, key, client] = process.argv.slice(2);

const findAccount = (_, id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: `${id}@example.invalid`, email_verified: true }),
});

const provider = new Provider(issuer, {
  clients: [JSON.parse(client)],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  findAccount,
});

const files = { cert: readFileSync(cert), key: readFileSync(key) };
createServer(files, provider.callback()).listen(new URL(issuer).port, "127.0.0.1", () =>
  console.log("ready"),
);
