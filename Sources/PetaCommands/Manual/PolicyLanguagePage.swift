/// peta-policy(7): the language of policy sets.
enum PolicyLanguagePage {
    static let name = "peta-policy.7"

    private static let testing = """
        'peta policy lint' tells what is wrong with a set and what looks like a mistake, and stores nothing. 'peta policy test' \
        decides one call and explains it, 'peta policy diff' decides recorded calls anew and tells what would become of them, and \
        'peta why' explains a call that was made.
        """

    static func text() -> String {
        var page = Mdoc()
        ManualPages.head(&page, "peta-policy", 7, "the language of policy sets")
        page.raw(".Sh DESCRIPTION")
        page.prose(PolicyProse.introduction)
        page.raw(".Pp")
        page.prose("For example:")
        page.literal(PolicyProse.example)
        page.raw(".Sh RULES\n.Bl -tag -width Ds")
        for member in PolicyProse.members {
            page.raw(".It Sy \(member.name)")
            page.prose(member.what)
        }
        page.raw(".El\n.Sh REFERENCES")
        page.prose(PolicyProse.references)
        page.raw(".Sh OPERATIONS\n.Bl -tag -width Ds")
        for operation in PolicyProse.operations {
            page.raw(".It Sy \(operation.name)")
            page.prose(operation.what)
        }
        page.raw(".El\n.Sh SEVERAL VALUES AND LIMITS")
        page.prose(PolicyProse.limits)
        page.raw(".Sh TESTING")
        page.prose(testing)
        page.raw(".Sh FILES\n.Bl -tag -width Ds\n.It Pa /usr/share/doc/peta/policy\\-example.yaml")
        page.prose("An example with more of the language; below /usr/local where peta was installed there.")
        page.raw(".El\n.Sh EXAMPLES")
        page.literal(["peta policy lint bank.yaml", "peta policy apply -f bank.yaml"])
        page.raw(".Sh SEE ALSO\n.Xr peta-approve 1 ,\n.Xr peta-policy 1 ,\n.Xr peta-why 1 ,\n.Xr peta.yaml 5")
        return page.text
    }

    /// What peta-policy(1) says of it.
    static func refer(_ page: inout Mdoc) {
        page.raw(".Ss The language")
        page.prose("What a policy set may hold is described in")
        page.raw(".Xr peta-policy 7 .")
    }
}
