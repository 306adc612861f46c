// What befalls a process: calls cut short or interrupted, no descriptors left, others that write at
// the same time, one that died while it held the lock.

import Glibc
import Testing

@Suite("A process in trouble")
struct ProcessFaultTests {
  let town: FaultTown

  init() throws { town = try FaultTown() }

  // MARK: System calls

  @Test("Reads and writes that do half of what was asked are gone on with")
  func short() throws {
    let value = String(repeating: "fake-value ", count: 9000)
    try town.scratch.write("value", value)
    try town.scratch.write("halve.py", Self.halve)
    let binary = BuiltBinary.path
    let said = try town.scratch.tool(
      [
        "sh", "-euc",
        """
        halve() { python3 ../../halve.py "$@"; }
        halve \(binary) set TOKEN <../../value
        halve \(binary) get TOKEN | cmp - ../../value
        halve \(binary) team add bob ../../bob.pub --yes --grant development,staging
        printf 'A=1\\nB=2\\n' | halve \(binary) import -
        halve \(binary) edit
        halve \(binary) export --only A
        \(binary) check
        """,
      ], env: town.edited.editor("sed -i s/^A=1/A=3/ $1"))
    #expect(
      said.hasSuffix("A=3\nall good: 3 environments, 3 members, 8 secrets; 8 values opened\n"))
  }

  // The third argument of read, write, pread64 and pwrite64 is halved on the way in, and put back on
  // the way out; the loader's own calls are left alone, which does not go on with what was cut short.
  private static let halve = """
    import ctypes, os, sys
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 2 + [ctypes.c_void_p] * 2
    names = 'r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss'
    names += ' fs_base gs_base ds es fs gs'
    class Registers(ctypes.Structure):
        _fields_ = [(name, ctypes.c_ulonglong) for name in names.split()]
    child = os.fork()
    if child == 0:
        libc.ptrace(0, 0, None, None)
        os.execv(sys.argv[1], sys.argv[1:])
    os.waitpid(child, 0)
    if libc.ptrace(0x4200, child, None, 0x100001): sys.exit('nothing can be traced here')
    registers, whole, inside, count, signal = Registers(), None, False, 0, 0
    def ours(file):
        try: path = os.readlink(f'/proc/{child}/fd/{file}')
        except OSError: return False
        return file < 3 or '/tmp/' in path or '/dev/shm/' in path
    while True:
        libc.ptrace(24, child, None, signal)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSTOPPED(status): break
        signal = os.WSTOPSIG(status)
        if signal != 0x85: continue
        signal, inside = 0, not inside
        libc.ptrace(12, child, None, ctypes.addressof(registers))
        if inside and registers.orig_rax in (0, 1, 17, 18) and registers.rdx > 1:
            if not ours(registers.rdi): continue
            whole, registers.rdx, count = registers.rdx, registers.rdx // 2, count + 1
        elif not inside and whole is not None:
            registers.rdx, whole = whole, None
        else: continue
        libc.ptrace(13, child, None, ctypes.addressof(registers))
    if count < 10: sys.exit(f'only {count} calls were cut short')
    sys.exit(os.waitstatus_to_exitcode(status))
    """

  @Test(
    "Calls that a signal interrupts are made again",
    arguments: [["set", "TOKEN"], ["get", "TOKEN"], ["edit"]])
  func interrupted(arguments: [String]) throws {
    let names = ["openat", "read", "pread64", "write", "pwrite64", "fsync", "flock", "wait4"]
    let env = try town.edited.editor("sed -i s/fake-1/fake-2/ $1")
    let calls = try town.scratch.traced(
      arguments, ["-e", "trace=" + names.joined(separator: ",")], stdin: "fake-2", env: env)
    // The loader's calls come first, which does not make them again.
    let start = try #require(calls.firstIndex { $0.description.contains("\"\(town.scratch.path)") })
    var count = 0
    for offset in 0...1 {
      try town.restore()
      let faults = names.flatMap { name -> [String] in
        guard let first = calls[start...].first(where: { $0.name == name }) else { return [] }
        count += 1
        return ["-e", "inject=\(name):error=EINTR:when=\(first.number + offset)+2"]
      }
      let again = try town.scratch.traced(arguments, faults, stdin: "fake-2", env: env)
      #expect(again.contains { $0.description.contains("EINTR") })
      #expect(try town.edited.value("TOKEN") == (arguments[0] == "get" ? "fake-1" : "fake-2"))
    }
    #expect(count >= 4)
    town.edited.expectNothingLeft()
  }

  @Test("With few descriptors left it works or says so, and nothing is lost or left")
  func descriptors() throws {
    let before = try town.files()
    let everything = try town.everything()
    let hint = "secrets: hint: too many files are open: ulimit -n 1024\n"
    var problems: Set<String> = []
    // A script would need a descriptor more for itself.
    let edit = ["EDITOR": "sed -i s/fake-1/fake-2/", "XDG_RUNTIME_DIR": town.edited.memory]
    for arguments in [["set", "TOKEN"], ["edit"], ["get", "TOKEN"]] {
      var successes = 0
      // With three there is none for the program's own libraries.
      for limit in 4...12 {
        try town.restore()
        let outcome = try Program(
          ["sh", "-c", "ulimit -n \(limit); exec \"$@\"", "sh", BuiltBinary.path] + arguments,
          stdin: Array("fake-2".utf8), environment: town.scratch.environment(of: "alice", edit),
          directory: town.scratch.at("alice/project")
        ).finish()
        if outcome.status == 0 {
          successes += 1
          continue
        }
        #expect(successes == 0, "more descriptors, less luck: \(limit)")
        #expect(outcome.status == 5, "\(outcome.stderr)")
        #expect(outcome.stderr.hasSuffix(hint), "\(outcome.stderr)")
        let problem = outcome.stderr.split(separator: "\n").first { $0.contains("error: ") } ?? ""
        problems.insert(String(problem.drop { $0 != "/" }.drop { $0 != ":" }))
        #expect(changed(before, try town.files()) == [])
        let now = try town.everything()
        #expect(now == everything, "\(limit) for \(arguments): \(now)\nonce: \(everything)")
      }
      #expect(successes > 3)
    }
    #expect(problems == [": too many open files"])
  }

  // MARK: Others

  @Test("Ten who set at once set ten values")
  func ten() throws {
    let programs = try (0..<10).map { index in
      try town.scratch.start(["set", "NAME_\(index)"], stdin: Array("fake-\(index)".utf8))
    }
    for (index, program) in programs.enumerated() {
      let complaint = try program.finish().complaint(
        status: 0, stdout: "",
        stderr: "secrets: added `NAME_\(index)` to development, revision 1\n")
      #expect(complaint == nil, "\(complaint ?? "")")
    }
    let all = (0..<10).map { "NAME_\($0)=fake-\($0)\n" }.joined()
    try town.scratch.succeeds(["export", "--only", "NAME_*"], stdout: .exactly(all))
    try town.scratch.succeeds(["check"], stdout: .anything)
  }

  @Test("Who waits for another's lock says for whom, and takes it once that one is dead")
  func lock() throws {
    let holder = try Program(
      [
        "sh", "-c",
        """
        lock=$(echo .git/secrets/lock-*)
        exec flock "$lock" sh -c 'echo $$ >"$1"; echo held >&2; exec sleep 600' sh "$lock"
        """,
      ], environment: town.scratch.environment(of: "alice"),
      directory: town.scratch.at("alice/project"))
    try wait { holder.said() == "held\n" }
    let number = try town.shell("cat alice/project/.git/secrets/lock-*").filter(\.isNumber)
    let waiting = "secrets: process \(number) is writing to this project; waiting for it\n"
    let program = try town.scratch.start(["set", "TOKEN"], stdin: Array("fake-2".utf8))
    try wait { program.said() == waiting }
    kill(-holder.process, SIGKILL)
    let complaint = try program.finish().complaint(
      status: 0, stdout: "",
      stderr: .exactly(waiting + "secrets: changed `TOKEN` in development, revision 2\n"))
    #expect(complaint == nil, "\(complaint ?? "")")
  }

  private func wait(until isSo: () -> Bool) throws {
    let deadline = Deadline(seconds: 30)
    while !isSo() {
      guard !deadline.hasPassed else { throw ProgramFailure(description: "waited in vain") }
      usleep(1000)
    }
  }
}
