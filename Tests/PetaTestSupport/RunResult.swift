/// What a finished command left behind.
package struct RunResult: Sendable {
    /// The exit status, or 128 and the signal, as a shell has it.
    package let status: Int32
    /// What it printed on standard output.
    package let stdout: String
    /// What it printed on standard error.
    package let stderr: String
}

/// Runs a program to its end.
package func run(
    _ path: String, _ arguments: [String], stdin: String = "", environment: [String: String] = ChildProcess.plainEnvironment,
    directory: String? = nil, within seconds: Double = patience
) throws -> RunResult {
    let child = try ChildProcess(path, arguments, environment: environment, directory: directory)
    // A command may end without having read its input.
    if !stdin.isEmpty { try? child.write(Array(stdin.utf8)) }
    child.closeInput()
    let end = try child.wait(within: seconds)
    try child.stdout.end()
    try child.stderr.end()
    let status: Int32 =
        switch end {
        case .exited(let code): code
        case .signalled(let number): 128 + number
        }
    return RunResult(status: status, stdout: child.stdout.text, stderr: child.stderr.text)
}

/// Runs the built `peta` to its end, without a gateway unless the environment names one.
package func runPeta(
    _ arguments: String..., stdin: String = "", environment: [String: String] = [:], within seconds: Double = patience
) throws -> RunResult {
    try run(
        PetaBinary.path(), arguments, stdin: stdin,
        environment: ChildProcess.plainEnvironment.merging(environment) { $1 }, within: seconds)
}
