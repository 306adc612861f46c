// Plain threads for what is worth them: hundreds of signatures or of boxes. They are all gone
// before the call returns, so that the process may become another program afterwards.

internal import Glibc

enum Parallel {
  private final class Share {
    let range: Range<Int>
    let body: @Sendable (Range<Int>) -> Void

    init(_ range: Range<Int>, _ body: @escaping @Sendable (Range<Int>) -> Void) {
      self.range = range
      self.body = body
    }
  }

  /// Calls the body for parts of `0..<count`, some of them at the same time.
  ///
  /// - Parameters:
  ///   - count: how many items there are.
  ///   - least: how many items are worth a thread of their own.
  ///   - body: handles the items of a range.
  static func forEach(
    _ count: Int, atLeast least: Int, _ body: @escaping @Sendable (Range<Int>) -> Void
  ) {
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let shares = max(1, min(cores, count / least))
    func range(_ share: Int) -> Range<Int> {
      (count * share / shares)..<(count * (share + 1) / shares)
    }
    var threads: [pthread_t] = []
    for share in 1..<max(shares, 1) {
      let context = Unmanaged.passRetained(Share(range(share), body))
      var thread = pthread_t()
      let failed = pthread_create(
        &thread, nil,
        { context in
          if let context {
            let share = Unmanaged<Share>.fromOpaque(context).takeRetainedValue()
            share.body(share.range)
          }
          return nil
        }, context.toOpaque())
      if failed == 0 {
        threads.append(thread)
      } else {
        // No thread to be had: the work is done here.
        context.release()
        body(range(share))
      }
    }
    body(range(0))
    for thread in threads { pthread_join(thread, nil) }
  }
}
