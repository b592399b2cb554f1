import PetaAdminAPI

/// peta-admin(7): the protocol of the admin socket.
enum AdminPage {
    static let name = "peta-admin.7"

    private static let introduction = """
        Every command of peta but serve, demo-server and mcp-stdio is a client of the running gateway over its admin socket. What a \
        command can do, a program can do too: the protocol is HTTP/1.1 with JSON over a Unix socket, and nothing of it listens on a \
        network. The OpenAPI document admin-openapi.yaml describes it completely; this page tells how to speak it.
        """

    private static let socket = """
        The socket is PETA_SOCKET, else /run/peta/admin.sock for root, else peta/admin.sock below XDG_RUNTIME_DIR, else admin.sock \
        in the data directory; 'peta status' tells where the running gateway has it. The host of a request is not looked at.

        A connection carries any number of requests, one after the other; what takes long, and what is a stream, is the last one of \
        its connection, and breaking that off cancels it. A connection that says nothing for two minutes is closed.
        """

    private static let credentials = """
        There are no passwords and no tokens. The gateway asks the system whose process is at the other end (SO_PEERCRED): its own \
        user and root are owner, members of the group peta are admin, anybody else is answered not_permitted. An admin does what an \
        owner does, but neither reveals secrets nor adds, changes or makes tokens of owners.

        The header peta-command may tell the words of the command that is run, such as \u{22}server add\u{22}, and never its arguments; the \
        audit records it.
        """

    private static let versioning = """
        Every path begins with /v1. Within it fields and routes are added and never change their meaning, so a client ignores fields \
        that it does not know. The gateway is stricter: a field or parameter of a request that is not described is refused, so that a \
        mistyped one is not taken for its default. In answers every field is present, and what is not known is null.

        Times are RFC 3339 in UTC with milliseconds, durations milliseconds, sizes bytes, unless the name of the field says otherwise. \
        A body is JSON of at most 1 MiB where the route says nothing else. Names in a path are percent-encoded.
        """

    private static let errors = """
        An error is {\u{22}error\u{22}: {code, message, hint, problems}}. The code is stable; the message is for people; hint, where it is not \
        null, is what to do next; problems, where they are there, tell with file and line everything that is wrong with a text. Every route answers \
        invalid_argument to what it does not understand and not_permitted to who may not ask.
        """

    private static let meanings: [(AdminErrorCode, String)] = [
        (
            .invalidArgument,
            "The request is not understood or not allowed by a rule; the message names the field. Status 413 where the body is too large."
        ),
        (.notPermitted, "The peer may not do this."), (.notFound, "There is no such thing."),
        (.alreadyExists, "It is there, or decided, already."),
        (.failed, "It was tried and did not work, or a state stands against it."),
        (.tryAgain, "It is no longer what was looked at, or somebody else is changing it."),
        (.sealed, "The vault is sealed, and what was asked needs it: all but status and vault do."),
        (.internal, "A fault of the gateway; its log says more."),
        (.unavailable, "The audit cannot be written, so acts are refused; or the gateway is stopping."),
    ]

    private static let repeating = """
        A request is checked completely before anything changes. An act that has begun is carried through and recorded, also when its \
        client goes away. So where the answer was lost, a client cannot know whether it was done, and looks: GET changes nothing. PUT, PATCH, \
        DELETE and the routes that end in a verb may be sent again: they lead to the same state, and say not_found or \
        already_exists where it was reached before; only POST to /call calls once more. A POST to a collection is refused as already_exists \
        when it is sent again, but for policies, where the same text changes nothing, and for tokens, of which a second one is made.
        """

    private static let audit = """
        Everything that changes something, and whatever reveals something, is an act. Its record, with uid, pid, the peta-command header \
        and how it ended, is committed before it is answered, also when it was refused. While records cannot be committed, acts are \
        refused as unavailable, and reads go on. Where the record of an act that was done cannot be written, its outcome is withheld and the answer is unavailable too.
        """

    private static let streams = """
        A stream is newline-delimited JSON with Transfer-Encoding: chunked: one document a line, each sent as soon as it is known. It \
        ends when the client closes the connection or the gateway stops. The routes that follow take n, with which a client that comes back \
        begins with so many that it may have missed.
        """

    private static let examples = [
        "S=${PETA_SOCKET:-/run/peta/admin.sock}", "curl -s --unix-socket $S http://peta/v1/status",
        "curl -s --unix-socket $S http://peta/v1/servers | jq -r '.[].id'",
        "curl -s --unix-socket $S http://peta/v1/users \\", "  -H 'Content-Type: application/json' -d '{\"id\":\"alice\"}'",
        "curl -s --unix-socket $S -X PUT --data-binary @token.txt \\", "  http://peta/v1/secrets/github",
        "curl -sN --unix-socket $S 'http://peta/v1/audit/tail?follow=true'",
    ]

    /// The page; `yaml` is the text of the OpenAPI document.
    static func text(yaml: String) throws -> String {
        let routes = try DocumentedRoutes(yaml: yaml)
        var page = Mdoc()
        ManualPages.head(&page, "peta-admin", 7, "the admin protocol of the gateway")
        let sections = [
            ("DESCRIPTION", introduction), ("SOCKET", socket), ("CREDENTIALS", credentials), ("VERSIONS AND FORMATS", versioning),
            ("FAILURES", errors),
        ]
        for (title, prose) in sections {
            page.raw(".Sh \(title)")
            page.prose(prose)
        }
        page.raw(".Bl -tag -width Ds")
        for (code, meaning) in meanings {
            page.raw(".It Sy \(code.rawValue) Pq \(code.httpStatus)")
            page.prose(meaning)
        }
        page.raw(".El")
        for (title, prose) in [("REPEATING A REQUEST", repeating), ("AUDIT", audit), ("STREAMS", streams)] {
            page.raw(".Sh \(title)")
            page.prose(prose)
        }
        page.raw(".Sh ROUTES")
        page.prose(
            "Words in braces stand for one segment of the path. What a name of a schema stands for, field by field, is in the OpenAPI document."
        )
        for (tag, group) in routes.groups {
            page.macro("Ss", tag)
            page.raw(".Bl -tag -width Ds")
            for route in group { write(route, &page) }
            page.raw(".El")
        }
        page.raw(".Sh FILES\n.Bl -tag -width Ds\n.It Pa /usr/share/doc/peta/admin\\-openapi.yaml")
        page.prose("The OpenAPI document; below /usr/local where peta was installed there.")
        page.raw(".El\n.Sh EXAMPLES")
        page.literal(examples)
        page.raw(".Sh SEE ALSO\n.Xr curl 1 ,\n.Xr peta 1 ,\n.Xr peta-audit 1 ,\n.Xr peta.yaml 5 ,\n.Xr unix 7")
        return page.text
    }

    private static func write(_ route: DocumentedRoutes.Route, _ page: inout Mdoc) {
        page.raw(".It Sy \(route.method) Pa \(Mdoc.word(route.path))")
        var words = sentence(route.summary)
        if !route.prose.isEmpty { words += " " + sentence(route.prose) }
        page.prose(words)
        var facts: [String] = []
        if !route.body.isEmpty { facts.append("Takes \(route.body).") }
        facts.append(
            route.answer.isEmpty
                ? "Answers \(route.status) with nothing."
                : "Answers \(route.status) with \(route.isStream ? "a stream of " : "")\(route.answer).")
        if !route.errors.isEmpty { facts.append("Errors: \(route.errors.joined(separator: ", ")).") }
        page.prose(facts.joined(separator: " "))
        let parameters = route.parameters.filter { $0.place == "query" }
        guard !parameters.isEmpty else { return }
        page.raw(".Bl -tag -width Ds -compact")
        for parameter in parameters {
            page.raw(".It Ar \(Mdoc.word(parameter.name))")
            page.prose(sentence(parameter.what.isEmpty ? "See the document" : parameter.what))
        }
        page.raw(".El")
    }

    private static func sentence(_ text: String) -> String {
        let trimmed = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return trimmed.hasSuffix(".") ? trimmed : trimmed + "."
    }
}
