// `to` and `past` lines over time: no signature covers their box, and these tools never replace one.

internal import Sealing

/// Lines that end in a box, by what stands before it.
struct Boxes {
  private var new: Set<LineMark> = []
  /// By what stands before the box the first line, and whether there are others.
  private var old: [LineMark: (line: LineMark, isAlone: Bool)] = [:]

  private static func bound(_ text: ArraySlice<UInt8>) -> LineMark? {
    guard text.starts(with: "to ".utf8) || text.starts(with: "past ".utf8) else { return nil }
    return text.lastIndex(of: 0x20).map { LineMark(text[...$0]) }
  }

  /// Adds a line of a version.
  mutating func add(_ text: ArraySlice<UInt8>, isAdded: Bool) {
    guard let bound = Self.bound(text) else { return }
    if isAdded {
      new.insert(bound)
      return
    }
    let line = LineMark(text)
    guard let known = old[bound] else {
      old[bound] = (line, true)
      return
    }
    if known.line != line { old[bound]?.isAlone = false }
  }

  /// Whether any line says the same of whatever box.
  func has(_ text: ArraySlice<UInt8>) -> Bool {
    Self.bound(text).map { new.contains($0) || old[$0] != nil } ?? false
  }

  /// Whether a line that came does.
  func hasNew(_ text: ArraySlice<UInt8>) -> Bool {
    Self.bound(text).map(new.contains) ?? false
  }

  /// Whether a line that was there does, of another box.
  func hasOther(_ text: ArraySlice<UInt8>) -> Bool {
    guard let bound = Self.bound(text), let known = old[bound] else { return false }
    return !known.isAlone || known.line != LineMark(text)
  }
}
