/// The acts of `POST /v1/servers/{id}/{act}`.
package enum ServerAct: String, Sendable, CaseIterable {
    case start, stop, restart, enable, disable
}
