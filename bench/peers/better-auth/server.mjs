// better-auth at its strict, in-process best: every GET /me asks the database for
// the session and its user through auth.api.getSession(). No cookie cache, no
// secondary storage, no HTTP hop to the library's own endpoint.

import { createServer } from "node:http";

import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import pg from "pg";

const address = `http://127.0.0.1:${process.env.PORT}`;

const options = {
  baseURL: address,
  secret: process.env.BENCH_SECRET,
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: false } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};

const auth = betterAuth(options);
const ownEndpoints = toNodeHandler(auth);

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function me(request, response) {
  const headers = fromNodeHeaders(request.headers);
  const found = await auth.api.getSession({ headers });
  if (found) answer(response, 200, found.user);
  else answer(response, 401, { error: "nobody is signed in" });
}

function handle(request, response) {
  if (request.url !== "/me") return ownEndpoints(request, response);
  return me(request, response).catch((failed) => {
    console.error(failed);
    answer(response, 500, { error: "failed" });
  });
}

const { runMigrations } = await getMigrations(options);
await runMigrations();
createServer(handle).listen(Number(process.env.PORT), "127.0.0.1");
