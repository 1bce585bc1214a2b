// SPDX-License-Identifier: Apache-2.0
// How somebody says who they are: a form that the service passes on to its Keystone, a pasted token, or in noauth2 a name.

import { useState } from "../vendor/preact-hooks.js";
import { ApiError, request } from "./api.js";
import { html } from "./html.js";
import { Field, Problem } from "./parts.js";
import { enter, expired, service } from "./session.js";

export function Login() {
  const [error, setError] = useState(/** @type {any} */ (null));
  const [pasted, setPasted] = useState(false);
  const named = service.value?.auth_strategy === "noauth2";

  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
    setError(null);
    try {
      if (named)
        enter({
          token: text("name"),
          name: text("name"),
          roles: text("roles")
            .split(/[\s,]+/)
            .filter(Boolean),
        });
      else if (pasted) await tried(text("token"));
      else {
        const { data } = await request("-/token", {
          method: "POST",
          open: true,
          body: {
            user: text("user"),
            password: String(given.get("password") ?? ""),
            user_domain: text("domain"),
            project: text("project"),
            project_domain: text("domain"),
          },
        });
        enter({
          token: data.token,
          name: data.user,
          roles: data.roles,
          project: data.project,
          expires: data.expires_at,
        });
      }
    } catch (problem) {
      setError(problem);
    }
  };

  return html`
    <div class="login card stack">
      <h1>${expired.value ? "Your token has expired" : "Who asks?"}</h1>
      ${expired.value ? html`<p class="quiet">Log in again. The page stays where it is.</p>` : ""}
      <form class="stack" onSubmit=${submit}>
        ${named ? NameFields() : pasted ? TokenField() : PasswordFields()}
        ${error ? html`<${Problem} error=${error} />` : ""}
        <div class="row middle">
          <button class="main" type="submit">Continue</button>
          ${
            named
              ? ""
              : html`<button type="button" class="link" onClick=${() => setPasted(!pasted)}>
                  ${pasted ? "Use a password" : "Paste a token instead"}
                </button>`
          }
        </div>
      </form>
    </div>
  `;
}

/** A pasted token is good when the service takes it. @param {string} token */
async function tried(token) {
  const who = { token, name: "a pasted token", roles: null };
  try {
    await request("resource_classes", { open: true, caller: who });
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401)
      throw new ApiError(401, "The service does not take this token.");
    throw problem;
  }
  enter(who);
}

function NameFields() {
  return html`
    <p class="quiet">
      This service believes every name. Choose one, and roles to see what others may do.
    </p>
    <${Field} label="Name"><input name="name" defaultValue="admin" required /><//>
    <${Field} label="Roles, separated by commas"><input name="roles" defaultValue="admin" /><//>
  `;
}

function TokenField() {
  return html`<${Field} label="Token">
    <textarea name="token" rows="4" required autocomplete="off"></textarea>
  <//>`;
}

function PasswordFields() {
  return html`
    <p class="quiet">
      The service asks its Keystone for a token. It stays in the memory of this tab.
    </p>
    <${Field} label="User"><input name="user" defaultValue="admin" autocomplete="username" required /><//>
    <${Field} label="Password">
      <input name="password" type="password" autocomplete="current-password" required />
    <//>
    <${Field} label="Project"><input name="project" defaultValue="admin" required /><//>
    <${Field} label="Domain of both"><input name="domain" defaultValue="Default" required /><//>
  `;
}
