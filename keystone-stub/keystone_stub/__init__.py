# SPDX-License-Identifier: Apache-2.0
"""A stub of Keystone v3, for development. NOT FOR PRODUCTION.

It answers clients as Keystone 30.0.0 does, for the users, projects and roles of one file. It is not an identity service:
passwords come in plain text from the environment, and there is no TLS, no federation and no audit.

    __main__         reads the settings, prints the banner, and serves
    app              the routes, and the parts that all answers share
    resources/       HTTP, with one module for each noun
    authentication   makes a token of the `auth` of a request
    guesses          compares secrets, and limits how fast a caller can guess one
    passwords        hashes of secrets
    tokens           the contents of a token, its signature, its expiry and its revocation
    token_document   a token as clients see it
    access           the policies: which caller may do what
    access_rules     the requests for which an application credential is valid
    directory        finds records, and removes a record with all records that belong to it
    roles            the roles of a user on a scope, through groups, inheritance and implication
    catalog          the services, at the addresses that the caller can reach
    seed             reads the directory file: the users, projects and roles that exist at first
    store            the tables: the records of the file, and the changes since then
    schemas          the contents that a request body may have
    settings         every setting
    variables        reads environment variables, and files that they name

One thread answers one request after another, so no module needs a lock. An answer takes about a millisecond. Hundreds of
callers at the same time are beyond the purpose of a stub.
"""

VERSION = "0.1.0"
NOT_FOR_PRODUCTION = "keystone-stub: NOT FOR PRODUCTION, a stub of Keystone for development only"
