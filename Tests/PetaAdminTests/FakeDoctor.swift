import PetaAdmin
import PetaAdminAPI

/// Says how it was asked.
struct FakeDoctor: DoctorOperations {
    func examine(full: Bool) async -> [DoctorFinding] {
        [
            DoctorFinding(
                "database.integrity", full ? .failure : .ok, full ? "all was read" : "some was read", remedy: full ? "mend it" : nil)
        ]
    }
}
