extension AdminClient {
    /// `GET /v1/doctor`. `full`: everything is read, however long it takes.
    package func doctor(full: Bool = false) throws(AdminError) -> [DoctorFinding] {
        try ask(
            [DoctorFinding].self, "GET", "/v1/doctor", parameters: full ? [("full", "true")] : [], timeoutSeconds: full ? 3600 : 60)
    }
}
