import Foundation
import Glibc
import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import func PetaTestSupport.run
import Testing

@Suite("Peers")
struct PeerTests {
    @Test("the own user and root are owner, members of the group admin, others nothing")
    func roles() {
        let authority = PeerAuthority(ownUID: 500) { $0 == 600 }
        #expect([0, 500, 600, 700].map { authority.role(of: $0) } == [.owner, .owner, .admin, nil])
    }

    @Test("membership comes from the system's groups: nobody is a member of a group that is not there")
    func groups() {
        let authority = PeerAuthority(ownUID: 500, group: "no-such-group-\(getpid())")
        #expect(authority.role(of: 65534) == nil)
        #expect(authority.role(of: 4_294_967_000) == nil)
        // Every system has root in the group root; it is asked for as another user than the owner's here.
        #expect(PeerAuthority(ownUID: 500, group: "nogroup").role(of: 65534) == .admin)
    }

    @Test("a process of another user is refused with 403 and nothing it asks for is done", .enabled(if: Stranger.isPossible))
    func stranger() async throws {
        try await withFixture { peta async throws in
            try await peta.serving(authority: Stranger.authority(isMember: false)) { () async throws in
                let answer = try await Stranger.ask(peta, "POST", "/v1/users", body: #"{"id":"eve"}"#)
                #expect(answer.status == 403)
                #expect(try answer.error().code == .notPermitted)
                #expect(try await Stranger.ask(peta, "GET", "/v1/status").status == 403)
                #expect(try await Stranger.ask(peta, "GET", "/v1/nothing").status == 403, "it does not even learn what there is")
                #expect(peta.identity.users().isEmpty && peta.recorder.acts.isEmpty)
                #expect(peta.log.all.filter { $0.contains("refused a local process") }.count == 3)
            }
        }
    }

    @Test("a member of the group administers, but neither reveals secrets nor touches owners", .enabled(if: Stranger.isPossible))
    func member() async throws {
        try await withFixture { peta async throws in
            let token = try #require(try await peta.identity.bootstrap()).token
            _ = try await peta.secrets.set("KEY", value: token.token)
            try await peta.serving(authority: Stranger.authority(isMember: true)) { () async throws in
                #expect(try await Stranger.ask(peta, "POST", "/v1/users", body: #"{"id":"ann","role":"admin"}"#).status == 201)
                #expect(try await Stranger.ask(peta, "POST", "/v1/users/ann/tokens", body: "{}").status == 201)
                #expect(try await Stranger.ask(peta, "GET", "/v1/secrets/KEY").status == 200)
                let denied: [(String, String, String?)] = [
                    ("GET", "/v1/secrets/KEY?reveal=true", nil), ("POST", "/v1/users", #"{"id":"eve","role":"owner"}"#),
                    ("POST", "/v1/users/owner/tokens", "{}"), ("POST", "/v1/users/owner/disable", nil),
                    ("PATCH", "/v1/users/owner", #"{"uid":65534}"#), ("DELETE", "/v1/users/owner", nil),
                ]
                for (method, path, body) in denied {
                    let answer = try await Stranger.ask(peta, method, path, body: body)
                    #expect(answer.status == 403, "\(method) \(path)")
                    #expect(try answer.error().message.contains("only an owner"))
                }
                let acts = peta.recorder.acts
                #expect(acts.map(\.outcome) == [.ok, .ok, .denied, .denied, .denied, .denied, .denied, .denied])
                #expect(acts.allSatisfy { $0.role == .admin && $0.peer.uid == Stranger.uid && $0.peer.pid != 0 })
                #expect(peta.identity.users().map(\.id) == ["ann", "owner"])
            }
        }
    }
}

/// Requests from a user that is neither the gateway's own nor root. Run as root they come from a process of user 65534;
/// otherwise this process is told to take another number for its own.
enum Stranger {
    static let uid: UInt32 = geteuid() == 0 ? 65534 : geteuid()
    static let isPossible = geteuid() != 0 || (isThere("/usr/bin/setpriv") && isThere("/usr/bin/python3"))

    static func authority(isMember: Bool) -> PeerAuthority {
        PeerAuthority(ownUID: uid &+ 1) { $0 == uid && isMember }
    }

    static func ask(_ peta: Fixture, _ method: String, _ target: String, body: String? = nil) async throws -> RawAnswer {
        guard geteuid() == 0 else { return try await peta.raw(method, target, body: body.map { Array($0.utf8) }) }
        chmod(peta.directory, 0o755)
        chmod(peta.directory + "/run", 0o755)
        chmod(peta.socket, 0o666)
        var request = "\(method) \(target) HTTP/1.1\r\nHost: p\r\nConnection: close\r\n"
        if let body { request += "Content-Length: \(body.utf8.count)\r\n" }
        request += "\r\n" + (body ?? "")
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.settimeout(120); s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode())
            while True:
                d = s.recv(65536)
                if not d: break
                sys.stdout.buffer.write(d)
            """
        return try await onThread { [request, socket = peta.socket] in
            let result = try run(
                "/usr/bin/setpriv",
                ["--reuid", "65534", "--regid", "65534", "--clear-groups", "/usr/bin/python3", "-c", script, socket, request])
            return try RawAnswer(Data(result.stdout.utf8))
        }
    }

    private static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
