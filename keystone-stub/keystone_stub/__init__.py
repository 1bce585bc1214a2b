# SPDX-License-Identifier: Apache-2.0
"""A stand-in for Keystone v3, for development. NOT FOR PRODUCTION.

It answers clients the way Keystone 30.0.0 does, for the users, projects and roles of one file. It
is not an identity service: passwords come in plain text from the environment, nothing limits how
often somebody may guess them, and there is no TLS, no federation and no audit.

    __main__         reads the settings, prints the banner, serves
    app              the routes, and what every answer has in common
    resources/       HTTP: one module per noun
    authentication   who are you, and for what: a request's `auth` becomes a token
    tokens           what a token holds, how it is sealed, and when it stops being good
    access           who may do what
    directory        who exists: questions and changes that touch more than one table
    roles            which roles somebody has where, through groups, inheritance and implication
    catalog          which services there are, at the address that this caller can reach
    seed             who exists at first: reads the file
    store            the tables: the file's, overlaid with what was changed since
    schemas          what a request's body may contain

Requests are answered one after another on one thread, so no module needs a lock: an answer takes
about a millisecond, and a hundred callers that queue for it are not what a stand-in is for.
"""

VERSION = "0.1.0"
NOT_FOR_PRODUCTION = (
    "keystone-stub: NOT FOR PRODUCTION, a stand-in for Keystone for development only"
)
