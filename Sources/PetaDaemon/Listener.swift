internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import PetaAdminAPI
internal import PetaGateway
internal import PetaSocket

/// One address on which MCP is served.
struct Listener: Sendable {
    /// What clients connect to.
    let url: String
    private let channel: any Channel
    private let file: SocketFile?
    private let mark: SocketFile.Mark?

    /// Opens all addresses, or none of them. Throws an operator's error.
    static func open(
        _ settings: ServeSettings, _ door: FrontDoor, _ group: any EventLoopGroup, _ certificates: Certificates
    ) async throws -> [Listener] {
        var opened: [Listener] = []
        do {
            for address in settings.listen {
                switch address {
                case .tcp(let host, let port): opened.append(try await Listener(host, port, door, group, certificates))
                case .unix(let path): opened.append(try await Listener(path, settings.mcpSocket.access, door, group))
                }
            }
            return opened
        } catch {
            for listener in opened { await listener.close() }
            throw error
        }
    }

    private init(_ host: String, _ port: Int, _ door: FrontDoor, _ group: any EventLoopGroup, _ certificates: Certificates) async throws {
        let address = ListenAddress(host: host, port: port)
        do {
            channel = try await door.listen(host: host, port: port, tls: { certificates.context }, group: group)
        } catch let error as IOError {
            let why = error.errnoCode == EADDRINUSE ? "the port is in use" : String(cString: strerror(error.errnoCode))
            throw AdminError(.alreadyExists, "cannot listen on \(address): \(why)", hint: "choose another one with --listen HOST:PORT")
        } catch {
            throw AdminError(.failed, "cannot listen on \(address): \(error)", hint: "choose another one with --listen HOST:PORT")
        }
        let shown = ListenAddress(host: host, port: channel.localAddress?.port ?? port)
        url = "\(certificates.isTLS ? "https" : "http")://\(shown)/mcp"
        (file, mark) = (nil, nil)
    }

    private init(_ path: String, _ access: SocketAccess, _ door: FrontDoor, _ group: any EventLoopGroup) async throws {
        let file = try SocketFile(path: path, access: access == .everyone ? .everyone : .group("peta"), for: .mcp)
        try file.prepare()
        do {
            channel = try await door.listen(path: file.bindPath, group: group)
        } catch let error as IOError {
            throw AdminError(
                .failed, "cannot listen on \(ListenAddress.unix(path: path)): \(String(cString: strerror(error.errnoCode)))",
                hint: "choose another one with --listen unix:PATH")
        }
        do {
            mark = try file.publish()
        } catch {
            try? await channel.close()
            throw error
        }
        self.file = file
        url = ListenAddress.unix(path: path).description
    }

    /// Takes no more connections; those that are there stay. Also removes the socket's file.
    func close() async {
        try? await channel.close()
        if let file, let mark { file.remove(mark) }
    }
}
