// How long ago something was, in as few words as a table has room for.

/// An age for people, such as `5 min` or `12 d`; what lies ahead has none.
func age(since time: Int64, now: Int64) -> String {
  let seconds = max(0, now - time)
  switch seconds {
  case ..<60: return "\(seconds) s"
  case ..<3600: return "\(seconds / 60) min"
  case ..<86_400: return "\(seconds / 3600) h"
  default: return "\(seconds / 86_400) d"
  }
}
