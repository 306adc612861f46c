// What `doctor` looks at, in the order in which one thing rests on another.

internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// A look around.
struct Visit {
  let global: GlobalOptions
  let context: Context
  let console: Console

  /// All that there is to say.
  ///
  /// - Throws: `WorkspaceError` where a project is there and its folder cannot be looked at.
  func remarks() throws -> [Remark] {
    var remarks: [Remark] = [.binary(Version.text)]
    let directory = try global.startDirectory(in: context)
    let git = try? GitCommand(in: context, directory: directory)
    remarks.append(.git(try? git?.version()))
    let machine = Machine(in: context)
    let project: Project
    do {
      project = try Project.find(in: context, from: global.directory)
    } catch {
      let refusal = Refusal(error)
      remarks.append(.noProject(refusal))
      return remarks + [identity(nil, machine)] + Remark.machine(machine)
    }
    if project.repository == nil {
      remarks.append(.noRepository)
    } else if let git = try? project.repository?.git(in: context) {
      remarks += clone(project, git)
    }
    let opened: OpenProject
    do {
      opened = try OpenProject(project, .all, in: context)
    } catch {
      remarks.append(.unreadable(Refusal(error)))
      return remarks + [identity(nil, machine)] + Remark.machine(machine)
    }
    remarks.append(trust(opened))
    remarks.append(identity(opened, machine))
    remarks += memory()
    remarks += Remark.machine(machine)
    remarks.append(clock(opened.reading))
    remarks.append(leftovers(project, opened.reading))
    remarks += people(opened.reading)
    return remarks
  }

  // Git

  private func clone(_ project: Project, _ git: GitCommand) -> [Remark] {
    var remarks: [Remark] = []
    let wanted = ["text": "unset", "merge": "union", "diff": "secrets"]
    let sealed = (try? project.environments()) ?? []
    let wrong = ([TeamFile.name] + sealed.map(SealedFile.name)).filter { name in
      let found = try? git.attributes(wanted.keys.sorted(), of: "\(project.folder)/\(name)")
      return found != wanted
    }
    remarks.append(.attributes(wrong.map { "\(project.folderName)/\($0)" }))
    let clone = GitOfProject(project, in: context, console: console)
    remarks.append(.textconv(clone.hasTextconv))
    let rule = try? git.ignoreRule(for: "\(project.folder)/\(TeamFile.name)")
    remarks.append(.ignored("\(project.folderName)/\(TeamFile.name)", by: rule ?? nil))
    let open = [".env", ".env.local"].filter { name in
      ((try? git.ignoreRule(for: "\(project.directory)/\(name)")) ?? nil) == nil
    }
    remarks.append(.plaintextIgnored(notIgnored: open))
    return remarks
  }

  private func trust(_ opened: OpenProject) -> Remark {
    let id = opened.reading.team.file.project
    if let text = context.environment["SECRETS_TRUST"] {
      return .trust(TrustText(text)?.isMet(by: opened.reading.team) ?? false, id)
    }
    if (try? opened.memory.trustedProject()) == id { return .trust(true, id) }
    // As a machine's string does.
    let store = IdentityStore(
      path: global.identity, in: context, arena: SecureArena(), asking: false,
      isMember: { !opened.reading.team.currentNames(of: $0).isEmpty })
    let carried = try? store.find().trust
    let isCarried =
      carried?.project == id
      && opened.reading.team.roots.contains { $0.key == carried?.rootKey }
    return .trust(isCarried, id)
  }

  // Keys

  private func identity(_ opened: OpenProject?, _ machine: Machine) -> Remark {
    let keys = OwnKeys(global, in: context)
    let listed = keys.list()
    guard let used = listed.first(where: \.isUsed), let key = used.publicKey else {
      for key in listed {
        if case .unusable(let problem) = key.state {
          return .unusableIdentity(Refusal(problem: problem, at: key.place))
        }
      }
      return .noIdentity(inProject: opened != nil)
    }
    if let path = used.place.path {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
        return .openIdentity(path, mode: status.st_mode & 0o777)
      }
    }
    let hasPassphrase = used.state == .locked || used.state == .unlocked
    if hasPassphrase, !machine.hasKeyring { return .noKeyring }
    guard opened != nil else { return .identity(used.place.name, member: nil) }
    guard let name = keys.name(of: key) else {
      let removed = opened?.reading.team.members.values.first {
        $0.state == .removed && $0.key == key
      }
      return .notMember(used.place.name, removed: removed?.name)
    }
    return .identity(used.place.name, member: name)
  }

  private func memory() -> [Remark] {
    guard let state = StateFolder(in: context) else { return [.noState] }
    if let code = state.obstacle() { return [.stateFault(state.path, code)] }
    var status = stat()
    guard stat(state.path, &status) == 0 else { return [] }
    let isSafe = status.st_mode & 0o077 == 0
    return [.state(state.path, isSafe: isSafe)]
  }

  // The project

  private func clock(_ reading: Reading) -> Remark {
    let findings = reading.team.findings + reading.environments.values.flatMap(\.findings)
    let newest = findings.compactMap { finding -> Int64? in
      guard finding.kind == .future, case .time(let time) = finding.reason else { return nil }
      return time
    }.max()
    return .clock(ahead: newest)
  }

  private func leftovers(_ project: Project, _ reading: Reading) -> Remark {
    var sealed: Set<String> = []
    for environment in reading.environments.values {
      sealed.formUnion(environment.entries.filter { !$0.isRemoved }.map(\.name))
    }
    var found: [String] = []
    for directory in Set([project.directory, context.workingDirectory ?? project.directory]) {
      let files = LeftoverFile.all(LeftoverFile.names(in: directory), in: directory)
      found += files.filter { !$0.names(among: sealed).isEmpty }.map { "\(directory)/\($0.name)" }
    }
    return .leftovers(found.sorted())
  }

  private func people(_ reading: Reading) -> [Remark] {
    guard !reading.team.isStopped else { return [.stopped] }
    var remarks: [Remark] = []
    var isRootKept: Bool?
    if let key = reading.team.roots.last?.key,
      OwnKeys(global, in: context).list().contains(where: { $0.publicKey == key })
    {
      isRootKept = (try? StateFolder(in: context)?.hasBackup(of: key)) ?? false
    }
    let everybody = Set(
      reading.team.members.values.filter { $0.state == .current && $0.kind != .machine }
        .map { person($0.name) })
    if let isRootKept, let root = reading.team.root.map(person), everybody == [root] {
      return [.onlyPerson(root, isKept: isRootKept)]
    }
    var alone: [(address: String, reader: String)] = []
    let grants = Dictionary(grouping: reading.grants.filter(\.isCurrent)) {
      RoleAddress(environment: $0.key.environment, role: $0.key.role).text
    }
    for (address, grants) in grants.sorted(by: { $0.key < $1.key }) {
      let persons = Set(
        grants.map(\.key.member).filter { reading.team.members[$0]?.kind != .machine }
          .map(person))
      if persons.count == 1, let reader = persons.first { alone.append((address, reader)) }
    }
    remarks += alone.map { .singleReader(of: $0.address, $0.reader) }
    if let isRootKept { remarks.append(.rootBackup(isRootKept)) }
    return remarks
  }

  /// Whose member it is: `bob` of `bob.laptop`.
  private func person(_ member: String) -> String { String(member.prefix { $0 != "." }) }
}

extension LeftoverFile {
  /// What is plaintext by its name; examples are meant to be seen.
  static func names(in directory: String) -> [String] {
    guard let folder = opendir(directory) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name, name == ".env" || name.hasPrefix(".env.") else { continue }
      let isExample = ["example", "sample", "template", "dist"].contains { name.contains($0) }
      if !isExample { names.append(name) }
    }
    return names.sorted()
  }
}
