import Glibc

/// What the system knows of this process, under the names that every exporter uses.
package struct ProcessFigures: Sendable {
    /// Bytes.
    package var resident: Int64 = 0
    package var virtual: Int64 = 0
    /// Seconds of processor time.
    package var cpu = 0.0
    package var threads: Int64 = 0
    package var openDescriptors: Int64 = 0
    package var descriptorLimit: Int64 = 0
    /// Seconds since 1970.
    package var started = 0.0

    /// Reads them now. Blocks for as long as reading a few files of /proc takes; what cannot be read is 0.
    package init() {
        // Behind the name, which may hold anything but ends with the last parenthesis: fields 3 and on of proc(5).
        let stat = Self.text("/proc/self/stat")
        let fields = stat.lastIndex(of: ")").map { stat[stat.index(after: $0)...].split(separator: " ") } ?? []
        func field(_ number: Int) -> Int64 { fields.indices.contains(number - 3) ? Int64(fields[number - 3]) ?? 0 : 0 }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        cpu = Double(field(14) + field(15)) / ticks
        threads = field(20)
        virtual = field(23)
        resident = field(24) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        let boot = Self.text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
        if let boot { started = boot + Double(field(22)) / ticks }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            descriptorLimit = Int64(clamping: limit.rlim_cur)
        }
        if let directory = opendir("/proc/self/fd") {
            while let entry = readdir(directory) { if entry.pointee.d_name.0 != 0x2E { openDescriptors += 1 } }
            closedir(directory)
            // Less the one that was opened to count them.
            openDescriptors -= 1
        }
    }

    package func write(to out: inout Exposition) {
        out.family("process_cpu_seconds", .counter, "Total user and system CPU time spent in seconds.")
        out.counter(cpu)
        out.family("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
        out.gauge(resident)
        out.family("process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.")
        out.gauge(virtual)
        out.family("process_open_fds", .gauge, "Number of open file descriptors.")
        out.gauge(openDescriptors)
        out.family("process_max_fds", .gauge, "Maximum number of open file descriptors.")
        out.gauge(descriptorLimit)
        out.family("process_threads", .gauge, "Number of OS threads in the process.")
        out.gauge(threads)
        out.family("process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.")
        out.gauge(started)
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 1 << 20 {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
