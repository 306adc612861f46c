// Many values at once: what a reader is about to ask for is opened ahead, on all cores, and then
// asked for one by one as ever. What does not open here is not kept, so that opening it alone says
// why.

internal import Sealing

/// The contents of boxes that were opened ahead, in the order in which they will be asked for.
struct OpenedAhead {
  private var records: [Int32] = []
  private var contents: [Secret?] = []
  private var next = 0

  mutating func add(_ records: [Int32], _ contents: [Secret?]) {
    if self.records.isEmpty {
      (self.records, self.contents) = (records, contents)
    } else {
      self.records += records
      self.contents += contents
    }
  }

  /// The content of a record's box, if it is the next one and did open.
  mutating func take(_ record: Int) -> Secret? {
    guard next < records.count, records[next] == Int32(record) else { return nil }
    defer { next += 1 }
    return contents[next].take()
  }
}

extension OpenEnvironment {
  /// Opens the boxes of many values at the same time.
  ///
  /// `open` then gives them without further work, if it is asked for them in this order.
  ///
  /// - Parameters:
  ///   - wanted: the secrets.
  ///   - headroom: the spare bytes to keep before the value of a name.
  public mutating func openAhead(_ wanted: [FoundSecret], headroom: (String) -> Int) {
    let file = environment.file
    let states = environment.values.secrets
    var run = Run()
    ahead = OpenedAhead()
    for found in wanted {
      let index = Int(found.index)
      // Whatever is not plain is looked at when it is asked for.
      guard states[index].refused == nil, states[index].rivals.isEmpty else { continue }
      let position = states[index].record
      let record = file.secrets[position]
      if run.role != record.role || run.epoch != record.epoch {
        finish(&run)
        run.role = record.role
        run.epoch = record.epoch
        run.key = try? key(of: record, role: file.labels[Int(record.role)]).dataKey
      }
      guard run.key != nil else { continue }
      run.records.append(Int32(position))
      run.places.append(record.place(headroom: headroom(found.name)))
    }
    finish(&run)
  }

  /// Values under one key.
  private struct Run {
    var role: Int32 = -1
    var epoch: Int32 = -1
    var key: DataKey?
    var records: [Int32] = []
    var places: [BoxText] = []
  }

  private mutating func finish(_ run: inout Run) {
    defer { run = Run() }
    guard let key = run.key, !run.places.isEmpty else { return }
    let file = environment.file
    let prefix = SealedText.valuePrefix(project: file.project, environment: file.environment)
    ahead.add(
      run.records, BoxOpener.openAll(run.places, in: file.bytes, prefix: prefix, with: key))
  }
}

extension SecretRecord {
  /// Where its box lies, and what that is bound to.
  func place(headroom: Int) -> BoxText {
    BoxText(
      box: box.range, bound: Int(line.start)..<Int(boundEnd), headroom: headroom)
  }
}
