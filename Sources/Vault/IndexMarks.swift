// Marks on the indices of a list. A `Set` of numbers would do; but the first use of each kind of set
// makes Swift look through every conformance of the program, which a `run` pays for each time.

/// Which indices of a list are marked.
struct IndexMarks {
  private var marks: [Bool] = []

  func contains(_ index: Int) -> Bool { index < marks.count && marks[index] }

  mutating func insert(_ index: Int) {
    while marks.count <= index { marks.append(false) }
    marks[index] = true
  }

  /// The marked indices, in order.
  var indices: [Int] { marks.indices.filter { marks[$0] } }
}
