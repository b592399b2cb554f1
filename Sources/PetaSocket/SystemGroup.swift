import Glibc

/// The system's user and group database.
package enum SystemGroup {
    /// The group's number; nil when there is no such group.
    package static func id(of name: String) -> gid_t? {
        lookUp(name: name)
    }

    /// Asked anew each time, so that a change of membership needs no restart. May wait for the name service.
    package static func isMember(uid: UInt32, of group: String) -> Bool {
        guard let wanted = id(of: group), let user = user(uid) else { return false }
        var count: Int32 = 64
        while true {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let capacity = count
            if getgrouplist(user.name, user.group, &groups, &count) >= 0 { return groups.prefix(Int(count)).contains(wanted) }
            // It tells how many there are; a service that does not must not hold us here.
            guard count > capacity, count <= 65_536 else { return false }
        }
    }

    private static func user(_ uid: UInt32) -> (name: String, group: gid_t)? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withBuffer { buffer, size in
            getpwuid_r(uid, &entry, buffer, size, &found)
        } read: {
            guard found != nil, let name = entry.pw_name else { return nil }
            return (String(cString: name), entry.pw_gid)
        }
    }

    private static func lookUp(name: String) -> gid_t? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        return withBuffer { buffer, size in
            getgrnam_r(name, &entry, buffer, size, &found)
        } read: {
            found == nil ? nil : entry.gr_gid
        }
    }

    /// Asks with ever larger buffers while the answer does not fit; a large group has a long entry.
    private static func withBuffer<Value>(_ ask: (UnsafeMutablePointer<CChar>, Int) -> Int32, read: () -> Value?) -> Value? {
        var size = 4096
        while size <= 4 << 20 {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            switch ask(buffer, size) {
            case 0: return read()
            case ERANGE: size *= 4
            case EINTR: continue
            default: return nil
            }
        }
        return nil
    }
}
